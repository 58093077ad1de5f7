namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Backends of scaled dot product attention.</summary>
public enum AttentionBackend
{
    /// <summary>cuDNN.</summary>
    Cudnn,

    /// <summary>FlashAttention 2.</summary>
    Flash,

    /// <summary>CUTLASS, from xFormers: 'memory-efficient'.</summary>
    Efficient,

    /// <summary>Unfused: matmuls, softmax and copies.</summary>
    Math,
}
