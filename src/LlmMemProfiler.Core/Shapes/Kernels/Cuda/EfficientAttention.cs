using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// Memory-efficient attention: a mask whose rows are not a multiple of 8 elements is padded first; for half types with head_dim
/// over 128 the kernel uses an FP32 accumulator of the result's shape. Log-sum-exp is for gradients only.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/attention.cpp</c>, <c>preprocess_mask</c> and <c>pad_bias</c>, <c>should_compute_logsumexp</c>;
/// <c>native/transformers/cuda/attention.cu</c>, <c>_efficient_attention_forward</c>; <c>mem_eff_attention/kernel_forward.h</c>,
/// <c>kNeedsOutputAccumulatorBuffer</c>, with the kernels of <c>cutlassF.h</c>, which keep rows of up to 128 in registers. Without
/// dropout, seed and offset are on the host. Masks were read at 2.5 and later, the forward pass in an old version; the kernel list
/// and the scalars are from memory. Seen on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb), but for padded masks.
/// </remarks>
internal static class EfficientAttention
{
    private const long MaskAlignment = 8;
    private const long WidestInRegisters = 128;

    public static KernelScript Script(in AttentionShape shape)
    {
        var script = new KernelScript();
        var rest = shape.Keys % MaskAlignment;
        int? mask = shape.HasMask && rest > 0
            ? script.Allocate(shape.MaskHeads * shape.Queries * (shape.Keys + MaskAlignment - rest) * shape.Type.Bytes())
            : null;
        script.Result();
        if (shape.Type != DataType.Float32 && shape.HeadDim > WidestInRegisters)
            script.Scratch(shape.Batch * shape.Queries * shape.Heads * shape.HeadDim * sizeof(float));
        return mask is { } padded ? script.Free(padded) : script;
    }
}
