namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// cuDNN attention: seed and offset, two INT64 scalars, besides the result; softmax statistics are for gradients only. The
/// workspace is chosen by cuDNN and not modeled.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/cuda/attention.cu</c>, <c>_cudnn_attention_forward</c>; <c>native/cudnn/MHA.cpp</c>,
/// <c>run_cudnn_SDP_fprop</c> and <c>alloc_with_matching_layout</c>. The latter two were read, later than 2.11; that seed and offset
/// are on the device is from memory of the first. On an H100 under 2.11.0, with cuDNN 9.19, all three were seen, and workspaces of 256 B for prompts
/// of 17 to 64 tokens, none for one query over 65 keys, and 25,472 to 133,248 B over 1,024 to 8,192 (profiles/hardware/cuda-h100-80gb).
/// </remarks>
internal static class CudnnAttention
{
    public static KernelScript Script()
    {
        var script = new KernelScript();
        var (seed, offset) = (script.Allocate(sizeof(long)), script.Allocate(sizeof(long)));
        return script.Result().Free(seed).Free(offset);
    }
}
