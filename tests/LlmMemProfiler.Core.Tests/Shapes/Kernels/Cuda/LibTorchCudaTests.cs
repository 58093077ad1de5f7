using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class LibTorchCudaTests
{
    [Theory]
    [InlineData("91.0.2", 91_002)]
    [InlineData("91.9", 91_900)]
    [InlineData("90.1", 90_100)]
    [InlineData("8.9.7", 8_907)]
    [InlineData("91.5.1", 91_501)]
    [InlineData("120.0", 120_000)]
    public void CuDNNs_version_is_the_number_that_was_printed(string printed, int number)
    {
        var libTorch = LibTorchCuda.Of("2.11.0", $"""
            PyTorch built with:
              - GCC 13.3
              - CUDA Runtime 13.0
              - NVCC architecture flags: -gencode;arch=compute_90,code=sm_90
              - CuDNN {printed}  (built against CUDA 13.1)
                - Built with CuDNN 91.8
              - Magma 2.6.1
              - Build settings: TORCH_VERSION=2.11.0, USE_CUDA=ON,
            """);
        Assert.Equal(new("2.11.0", number, "13.0"), libTorch);
    }

    [Fact]
    public void One_without_CUDA_has_neither() =>
        Assert.Equal(new("2.10.0", 0), LibTorchCuda.Of("2.10.0", "PyTorch built with:\n  - GCC 11.2\n  - CPU capability usage: AVX512\n"));

    [Fact]
    public void One_that_does_not_say_its_version_is_taken_for_the_wrappers() =>
        Assert.Equal(new(LibTorchCuda.TorchSharp.Version, 0), LibTorchCuda.Of(null, ""));
}
