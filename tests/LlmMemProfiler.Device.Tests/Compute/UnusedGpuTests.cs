using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Tests.Probes;

namespace LlmMemProfiler.Device.Tests.Compute;

public class UnusedGpuTests
{
    [Fact]
    public void A_GPU_that_a_CPU_only_libtorch_leaves_unused_is_named_with_the_way_to_use_it()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        Assert.Equal(
            "measured on the CPU, since libtorch in /lib was built without CUDA, although Fake H100 is there; to use it, pass " +
            "--device cuda:0 --libtorch DIR with a CUDA build of libtorch or PyTorch, or build with -p:Torch=cuda",
            UnusedGpu.Remark(hasCuda: false, "/lib", driver.Library));
    }

    [Fact]
    public void One_that_a_CUDA_build_cannot_use_is_named_with_the_drivers_version()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        var remark = UnusedGpu.Remark(hasCuda: true, "/lib", driver.Library);
        Assert.Contains("finds no usable GPU, although the driver, for CUDA 12.8, shows Fake H100", remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_GPU")]
    [InlineData("INIT_CODE=100")]
    [InlineData("FAILING=\"cuDeviceGetCount\"")]
    public void Without_a_GPU_that_the_driver_shows_there_is_nothing_to_say(string define)
    {
        using var driver = new FakeLibrary(FakeCuda.Source, define);
        Assert.Null(UnusedGpu.Remark(hasCuda: false, "/lib", driver.Library));
        Assert.Null(UnusedGpu.Remark(hasCuda: false, "/lib", "libcuda-that-nobody-has.so.1"));
    }
}
