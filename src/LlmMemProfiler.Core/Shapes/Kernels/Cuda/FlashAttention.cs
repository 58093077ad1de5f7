using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// FlashAttention 2: log-sum-exp FP32 [B, h, T], two small tensors of unused random state, and if keys are split,
/// log-sum-exp and accumulator per split, FP32. If head_dim is not a multiple of 8, queries, keys and values are padded,
/// and the result is a view of padded rows.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/attention.cpp</c>, <c>pad_last_dim</c>; <c>native/transformers/cuda/flash_attn/flash_api.cpp</c>,
/// <c>mha_fwd</c> (read at commit 03b7c19d). Seen on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb).
/// </remarks>
internal static class FlashAttention
{
    private static readonly Version FinerRows = new(2, 11);
    private const long RandomState = 2 * sizeof(ulong);
    private const long Unused = sizeof(ulong);

    /// <summary>D of the padded rows.</summary>
    public static long RowWidth(in AttentionShape shape) => Rounded(shape.HeadDim, 8);

    public static KernelScript Script(in AttentionShape shape, int multiprocessors, Version release)
    {
        var script = new KernelScript();
        var width = RowWidth(shape);
        var (queries, keys) = (shape.Batch * shape.Heads * shape.Queries, shape.Batch * shape.Heads * shape.Keys);
        var padded = new List<int>();
        if (width > shape.HeadDim)
        {
            foreach (var rows in (ReadOnlySpan<long>)[queries, keys, keys])
                padded.Add(script.Allocate(rows * width * shape.Type.Bytes()));
        }
        script.Result();
        var logSumExp = script.Allocate(queries * sizeof(float));
        var splits = SplitKeys.Count(shape, width, multiprocessors);
        var accumulators = new List<int>();
        if (splits > 1)
        {
            accumulators.Add(script.Allocate(splits * queries * sizeof(float)));
            accumulators.Add(script.Allocate(splits * queries * AccumulatorWidth(width, release) * sizeof(float)));
        }
        var (random, unused) = (script.Allocate(RandomState), script.Allocate(Unused));
        foreach (var accumulator in accumulators)
            script.Free(accumulator);
        script.Free(logSumExp).Free(random).Free(unused);
        for (var i = padded.Count - 1; i >= 0; i--)
            script.Free(padded[i]);
        return script;
    }

    /// <summary>Up to 2.10 a row of the accumulator is rounded to 32 up to 192 and is 256 wide above; from 2.11 on to 64 above 128.</summary>
    private static long AccumulatorWidth(long width, Version release) =>
        release < FinerRows ? width <= 192 ? Rounded(width, 32) : 256 : Rounded(width, width <= 128 ? 32 : 64);

    private static long Rounded(long n, long multiple) => (n + multiple - 1) / multiple * multiple;
}
