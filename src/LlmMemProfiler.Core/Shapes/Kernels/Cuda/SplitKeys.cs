namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Number of splits of the keys in FlashAttention, if queries alone do not fill the GPU.</summary>
/// <remarks>
/// ATen, <c>native/transformers/cuda/flash_attn/flash_api.cpp</c>, <c>num_splits_heuristic</c> and <c>set_params_splitkv</c> (Dao et al.,
/// FlashAttention): the fewest splits that reach 85% of the best occupancy, in single precision as upstream.
/// Applies to whole prompts too, not only to single queries. Seen on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb): 4, 16 and 128 splits of single queries.
/// </remarks>
public static class SplitKeys
{
    private const int MostSplits = 128;

    /// <param name="shape">Queries and keys.</param>
    /// <param name="headDim">D, padded to a multiple of 8.</param>
    /// <param name="multiprocessors">Multiprocessors of the GPU.</param>
    public static int Count(in AttentionShape shape, long headDim, int multiprocessors)
    {
        var keyBlock = headDim <= 64 ? 256 : headDim <= 128 ? 128 : 64;
        var tiles = shape.Batch * shape.Heads * Ceiling(shape.Queries, 64);
        // Two blocks of 128 threads on each multiprocessor.
        return Count(tiles, 2 * multiprocessors, Ceiling(shape.Keys, keyBlock));
    }

    /// <param name="tiles">Blocks of queries over all heads and sequences.</param>
    /// <param name="places">Blocks that run concurrently on the GPU.</param>
    /// <param name="keyBlocks">Blocks of keys to split.</param>
    public static int Count(long tiles, int places, long keyBlocks)
    {
        if (tiles >= 0.8f * places)
            return 1;
        var most = (int)Math.Min(Math.Min(MostSplits, places), keyBlocks);
        Span<float> busy = stackalloc float[most];
        var best = 0f;
        for (var splits = 1; splits <= most; splits++)
        {
            if (!ChangesBlocks(keyBlocks, splits))
                continue;
            var waves = (float)(tiles * splits) / places;
            busy[splits - 1] = waves / MathF.Ceiling(waves);
            best = Math.Max(best, busy[splits - 1]);
        }
        for (var splits = 1; splits <= most; splits++)
        {
            if (ChangesBlocks(keyBlocks, splits) && busy[splits - 1] >= 0.85 * best)
                return splits;
        }
        return 1;
    }

    /// <summary>False if one split fewer gives splits of the same length.</summary>
    private static bool ChangesBlocks(long keyBlocks, int splits) =>
        splits == 1 || Ceiling(keyBlocks, splits) != Ceiling(keyBlocks, splits - 1);

    private static long Ceiling(long a, long b) => (a + b - 1) / b;
}
