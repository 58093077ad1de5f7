using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Picks an attention backend: the first one in priority order that supports the call.</summary>
/// <remarks>
/// ATen, <c>native/transformers/cuda/sdp_utils.cpp</c>: <c>priority_order</c>, <c>check_prefer_cudnn_attention</c>,
/// <c>can_use_cudnn_attention</c>, <c>can_use_flash_attention</c>, <c>can_use_mem_efficient_attention</c>,
/// <c>minimum_gemm_alignment</c>. From 2.10 on cuDNN goes first on Hopper and Blackwell data center GPUs if newer
/// than 9.15.0 (pull requests 162073, 170800, 171627): not in TorchSharp's 2.10, which has 9.10.2, but in 2.11. Elsewhere it
/// comes after math, which supports everything. On an H100 under 2.11.0, with cuDNN 9.19, it was first for FP16 and BF16, and memory-efficient for
/// FP32; kept last, flash, and memory-efficient for chunks (profiles/hardware/cuda-h100-80gb).
/// </remarks>
internal sealed class AttentionChoice(ComputeCapability capability, LibTorchCuda libTorch, CudaEnvironment environment)
{
    private const int MinPreferredCudnn = 91501;

    private static readonly ComputeCapability Ampere = new(8, 0);
    private static readonly ComputeCapability Newest = new(12, 1);

    private bool CudnnGoesFirst =>
        environment.PrefersCudnn(libTorch.Release) && libTorch.Cudnn >= MinPreferredCudnn
        && capability is { Major: 9 or 10, Minor: 0 or 3 };

    public AttentionBackend Of(in AttentionShape shape) =>
        CudnnGoesFirst && CanCudnn(shape) ? AttentionBackend.Cudnn
        : CanFlash(shape) ? AttentionBackend.Flash
        : CanEfficient(shape) ? AttentionBackend.Efficient
        : AttentionBackend.Math;

    private bool CanCudnn(in AttentionShape shape) =>
        IsHalf(shape.Type) && capability.IsWithin(Ampere, Newest)
        && shape.Keys > 1
        && shape.HeadDim % 8 == 0 && shape.HeadDim <= (capability == new ComputeCapability(9, 0) ? 256 : 128);

    private bool CanFlash(in AttentionShape shape) =>
        IsHalf(shape.Type) && capability.IsWithin(Ampere, Newest)
        && !shape.HasMask
        && shape.HeadDim <= 256
        && (!shape.Causal || shape.Queries == shape.Keys);

    private bool CanEfficient(in AttentionShape shape) =>
        capability.IsWithin(new(5, 0), Newest)
        && (shape.Type != DataType.BFloat16 || capability.Major >= 8)
        && shape.HeadDim % Alignment(shape.Type) == 0;

    /// <summary>Row alignment in elements: 16 bytes for tensor cores, which support FP32 from 8.0 on.</summary>
    private int Alignment(DataType type) =>
        (capability.Major, IsHalf(type)) switch
        {
            ( >= 8, true) or (7, true) => 8,
            ( >= 8, false) => 4,
            _ => 1,
        };

    private static bool IsHalf(DataType type) => type is DataType.Float16 or DataType.BFloat16;
}
