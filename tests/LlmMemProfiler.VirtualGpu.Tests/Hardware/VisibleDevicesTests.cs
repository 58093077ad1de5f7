using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

/// <summary>What NVIDIA's guide says of CUDA_VISIBLE_DEVICES.</summary>
public sealed class VisibleDevicesTests
{
    [Theory]
    [InlineData(null, 0, 1, 2)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("2,0", 2, 0)]
    [InlineData("0, 1", 0, 1)]
    [InlineData("1,-1,2", 1)]
    [InlineData("0,3,1", 0)]
    [InlineData("x,0")]
    [InlineData("0,0")]
    [InlineData("GPU-76697274-7561-6c2d-6770-750000000001", 1)]
    [InlineData("GPU-7669")]
    public void They_are_those_of_the_variable_up_to_the_first_that_is_none(string? variable, params int[] expected) =>
        Assert.Equal(expected, VisibleDevices.Of(3, variable, VirtualDevice.UuidOf));
}
