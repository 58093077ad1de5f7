using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class AttentionChoiceTests
{
    [Theory]
    [InlineData("h100", DataType.Float16, 64, false, AttentionBackend.Flash)]
    [InlineData("a100-80", DataType.BFloat16, 128, false, AttentionBackend.Flash)]
    [InlineData("rtx-5090", DataType.Float16, 80, false, AttentionBackend.Flash)]
    [InlineData("h100", DataType.Float16, 100, false, AttentionBackend.Flash)]
    [InlineData("h100", DataType.Float16, 256, false, AttentionBackend.Flash)]
    [InlineData("h100", DataType.Float16, 264, false, AttentionBackend.Efficient)]
    [InlineData("h100", DataType.Float16, 260, false, AttentionBackend.Math)]
    [InlineData("h100", DataType.Float16, 64, true, AttentionBackend.Efficient)]
    [InlineData("h100", DataType.Float16, 100, true, AttentionBackend.Math)]
    [InlineData("h100", DataType.Float32, 64, false, AttentionBackend.Efficient)]
    [InlineData("h100", DataType.Float32, 100, false, AttentionBackend.Efficient)]
    [InlineData("h100", DataType.Float32, 6, false, AttentionBackend.Math)]
    [InlineData("t4", DataType.Float16, 64, false, AttentionBackend.Efficient)]
    [InlineData("t4", DataType.Float16, 100, false, AttentionBackend.Math)]
    [InlineData("t4", DataType.BFloat16, 64, false, AttentionBackend.Math)]
    [InlineData("t4", DataType.Float32, 7, false, AttentionBackend.Efficient)]
    [InlineData("v100", DataType.Float16, 8, true, AttentionBackend.Efficient)]
    public void With_TorchSharps_libtorch_flash_goes_first_then_memory_efficient_then_math(
        string gpu, DataType type, long headDim, bool mask, AttentionBackend expected) =>
        Assert.Equal(expected, Scripts.Kernels(gpu).Backend(new(1, 16, 64, 64, headDim, mask, Causal: !mask, type)));

    [Theory]
    [InlineData("h100", 64, false, AttentionBackend.Cudnn)]
    [InlineData("h200", 64, true, AttentionBackend.Cudnn)]
    [InlineData("b200", 128, false, AttentionBackend.Cudnn)]
    [InlineData("h200", 256, false, AttentionBackend.Cudnn)]
    [InlineData("b200", 192, false, AttentionBackend.Flash)]
    [InlineData("h200", 100, false, AttentionBackend.Flash)]
    [InlineData("h200", 264, false, AttentionBackend.Efficient)]
    [InlineData("a100-80", 64, false, AttentionBackend.Flash)]
    [InlineData("rtx-5090", 64, false, AttentionBackend.Flash)]
    public void With_a_newer_cuDNN_that_goes_first_on_the_data_centres_newer_gpus(
        string gpu, long headDim, bool mask, AttentionBackend expected) =>
        Assert.Equal(
            expected, Scripts.Kernels(gpu, Scripts.PyTorch211).Backend(new(1, 16, 64, 64, headDim, mask, !mask, DataType.BFloat16)));

    [Fact]
    public void CuDNN_computes_in_half_precision_and_not_over_a_single_key()
    {
        var kernels = Scripts.Kernels("h200", Scripts.PyTorch211);

        Assert.Equal(AttentionBackend.Efficient, kernels.Backend(new(1, 16, 64, 64, 64, false, true, DataType.Float32)));
        Assert.Equal(AttentionBackend.Flash, kernels.Backend(new(1, 16, 1, 1, 64, false, false, DataType.Float16)));
        Assert.Equal(AttentionBackend.Cudnn, kernels.Backend(new(1, 16, 1, 2, 64, false, false, DataType.Float16)));
    }

    [Fact]
    public void CuDNN_is_trusted_from_9_15_1_on()
    {
        var shape = new AttentionShape(1, 16, 64, 64, 64, false, true, DataType.Float16);

        Assert.Equal(AttentionBackend.Flash, Scripts.Kernels("h100", new("2.10.0", 91500)).Backend(shape));
        Assert.Equal(AttentionBackend.Cudnn, Scripts.Kernels("h100", new("2.10.0", 91501)).Backend(shape));
    }

    /// <summary>Up to 2.9 the one variable is read, from 2.10 on only the other; what the other release reads does nothing.</summary>
    [Theory]
    [InlineData("2.9.1", "0", null, AttentionBackend.Flash)]
    [InlineData("2.9.1", null, "1", AttentionBackend.Cudnn)]
    [InlineData("2.9.1", "1", null, AttentionBackend.Cudnn)]
    [InlineData("2.10.0", "0", null, AttentionBackend.Cudnn)]
    [InlineData("2.10.0", null, "1", AttentionBackend.Flash)]
    [InlineData("2.11.0", "0", null, AttentionBackend.Cudnn)]
    [InlineData("2.11.0", "0", "1", AttentionBackend.Flash)]
    [InlineData("2.11.0", "0", "0", AttentionBackend.Cudnn)]
    public void The_environment_puts_cuDNN_back(string version, string? preferred, string? deprioritized, AttentionBackend backend) =>
        Assert.Equal(
            backend,
            Scripts.Kernels("h100", new(version, 91900), new(CudnnPreferred: preferred, CudnnDeprioritized: deprioritized))
                .Backend(new(1, 16, 64, 64, 64, false, true, DataType.Float16)));

    [Fact]
    public void Causal_over_more_keys_than_queries_is_not_flashs() =>
        Assert.Equal(
            AttentionBackend.Efficient, Scripts.Kernels("a10").Backend(new(1, 16, 4, 8, 64, false, Causal: true, DataType.Float16)));

    [Fact]
    public void A_gpu_newer_than_libtorch_knows_falls_back_to_math()
    {
        var kernels = new CudaKernels(GpuModel.Of("x", new(13, 0), 100, GpuCapacity.Unknown), Scripts.PyTorch211, new());

        Assert.Equal(AttentionBackend.Math, kernels.Backend(new(1, 16, 64, 64, 64, false, true, DataType.Float16)));
    }
}
