using LlmMemProfiler.VirtualGpu.Hardware;
using LlmMemProfiler.VirtualGpu.SharedObjects;

namespace LlmMemProfiler.VirtualGpu.Tests.SharedObjects;

public class ObjectPlanTests
{
    [Fact]
    public void Each_library_that_is_needed_is_written_and_so_are_the_drivers() => Assert.Equal(
        ["libcublas.so.12", "libcuda.so.1", "libcudart.so.12", "libnvidia-ml.so.1"],
        ObjectPlan.Of([], ["libcudart.so.12", "libcublas.so.12", "libm.so.6"], []).Select(plan => plan.Name));

    /// <summary>Structures may lie differently there: nothing is answered falsely in silence.</summary>
    [Theory]
    [InlineData("libcudart.so.13")]
    [InlineData("libcudart.so.11.0")]
    [InlineData("libcudart.so.12", "libcudart.so.13")]
    public void Another_release_of_CUDA_is_refused(params string[] needed)
    {
        var message = Assert.Throws<VirtualGpuException>(() => ObjectPlan.Of([], needed, [])).Message;
        Assert.Equal($"libtorch needs {needed[^1]}, which no virtual GPU has; use a libtorch that needs libcudart.so.12", message);
    }
}
