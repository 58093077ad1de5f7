namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>What computes scaled dot product attention.</summary>
public enum AttentionBackend
{
    /// <summary>cuDNN's own.</summary>
    Cudnn,

    /// <summary>FlashAttention 2.</summary>
    Flash,

    /// <summary>CUTLASS, from xFormers: 'memory-efficient'.</summary>
    Efficient,

    /// <summary>Products, softmax and copies.</summary>
    Math,
}
