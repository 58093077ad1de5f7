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

    /// <summary>../shared/virtual-gpu/workspaces.tsv and operations.tsv hold these releases.</summary>
    [Theory]
    [InlineData("2.8")]
    [InlineData("2.9.1")]
    [InlineData("2.10.0+cu128")]
    [InlineData("2.11.0")]
    [InlineData("2.12.1+cu130")]
    public void A_release_that_was_compared_has_no_doubt(string version) => Assert.Null(LibTorchCuda.OfVersion(version)!.Doubt);

    [Theory]
    [InlineData("2.7.1", "libtorch 2.7.1: its kernels and allocator were never compared with these rules, which hold for 2.8 to 2.12")]
    [InlineData("2.13.0a0", "libtorch 2.13.0a0: its kernels and allocator were never compared with these rules, which hold for 2.8 to 2.12")]
    public void One_that_never_was_says_so(string version, string doubt) => Assert.Equal(doubt, LibTorchCuda.OfVersion(version)!.Doubt);

    [Fact]
    public void One_whose_version_is_not_known_says_so() =>
        Assert.Equal("libtorch's version is not known, so the rules of 2.10 are used", new LibTorchCuda("of", 91_002).Doubt);

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("v2.10")]
    [InlineData("2.10.0.0.0")]
    [InlineData("2.99999")]
    [InlineData("2.10 ")]
    public void What_is_no_version_is_none(string text) => Assert.Null(LibTorchCuda.OfVersion(text));

    [Fact]
    public void A_version_by_hand_has_the_release_it_names_and_the_cuDNN_of_the_nearest_wheel()
    {
        var newest = LibTorchCuda.OfVersion("2.14.1")!;
        // The notes of 2.12: its wheels come with cuDNN 9.20.
        Assert.Equal((new Version(2, 14), 92_000), (newest.Release, newest.Cudnn));
        Assert.Equal(LibTorchCuda.TorchSharp, LibTorchCuda.OfVersion("2.10.0"));
        Assert.Equal(LibTorchCuda.OfVersion("2.8")!.Cudnn, LibTorchCuda.OfVersion("2.3")!.Cudnn);
    }

    [Fact]
    public void One_that_does_not_say_its_version_is_taken_for_the_wrappers() =>
        Assert.Equal(new(LibTorchCuda.TorchSharp.Version, 0), LibTorchCuda.Of(null, ""));
}
