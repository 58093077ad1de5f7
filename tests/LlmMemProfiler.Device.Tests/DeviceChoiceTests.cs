using LlmMemProfiler.Core;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests;

public class DeviceChoiceTests
{
    [Fact]
    public void Each_form_is_understood()
    {
        Assert.True(DeviceChoice.Parse("auto").IsAuto);
        Assert.True(DeviceChoice.Parse("cpu").IsCpu);
        Assert.Equal(0, DeviceChoice.Parse("cuda").Index);
        Assert.Equal(3, DeviceChoice.Parse("cuda:3").Index);
        Assert.Equal("GPU-12ab", DeviceChoice.Parse("GPU-12ab").Uuid);
        Assert.Equal("MIG-12ab", DeviceChoice.Parse("MIG-12ab").Uuid);
        Assert.Equal("MIG-GPU-12ab/1/0", DeviceChoice.Parse("MIG-GPU-12ab/1/0").Uuid);
    }

    [Fact]
    public void Each_form_counts_in_any_case()
    {
        Assert.True(DeviceChoice.Parse("CPU").IsCpu);
        Assert.True(DeviceChoice.Parse("Auto").IsAuto);
        Assert.Equal((1, "cuda:1"), (DeviceChoice.Parse("CUDA:1").Index, DeviceChoice.Parse("CUDA:1").ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu7")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1000")]
    [InlineData("cuda:1.5")]
    [InlineData("GPU-")]
    [InlineData("MIG-")]
    public void Anything_else_is_refused_with_the_right_forms(string name)
    {
        var error = Assert.Throws<InputException>(() => DeviceChoice.Parse(name));
        Assert.Contains("auto, cpu, cuda:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_is_refused_where_libtorch_has_no_CUDA()
    {
        var library = LibTorchLibrary.Load();
        Assert.SkipWhen(library.HasCuda, "this libtorch has CUDA");
        var error = Assert.Throws<DeviceException>(() => ComputeDevice.Find("cuda:0", library));
        Assert.Contains("-p:Torch=cuda", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_cannot_fit_is_refused_before_it_begins()
    {
        using var cpu = ComputeDevice.Find("cpu", LibTorchLibrary.Load());
        cpu.RequireAvailable(new(1));
        var error = Assert.Throws<DeviceException>(() => cpu.RequireAvailable(new(1L << 60)));
        Assert.Contains("available", error.Message, StringComparison.Ordinal);
    }
}
