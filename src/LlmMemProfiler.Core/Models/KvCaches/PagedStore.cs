using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// Fixed-size blocks, [B, kv_heads, block, head_dim], allocated when first needed. Attention here doesn't support
/// block tables, so blocks are gathered first; that copy is workspace. Blocks that a window has left are freed.
/// </summary>
/// <remarks>
/// Kwon et al. (2023), Efficient Memory Management for Large Language Model Serving with PagedAttention. Windows: vLLM 0.11,
/// <c>v1/core/single_type_kv_cache_manager.py</c>, <c>SlidingWindowManager.remove_skipped_blocks</c>, which frees before a pass what it does
/// not see; here also what a long pass is the last to see is not kept.
/// </remarks>
/// <param name="ops">The interpreter.</param>
/// <param name="heads">What is kept of a token.</param>
/// <param name="type">Its type.</param>
/// <param name="workload">The workload.</param>
internal sealed class PagedStore<TTensor>(ITensorOps<TTensor> ops, CachedHeads heads, DataType type, Workload workload) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    private readonly List<TTensor> blocks = [];

    /// <summary>Blocks freed before the first one.</summary>
    private long freed;

    public long Kept { get; } = workload.Kept(heads.Window);

    public void Append(TTensor states, long position, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.KvCache);
        FreeBefore(position + tokens - Kept);
        for (var done = 0L; done < tokens;)
        {
            var at = (position + done) % workload.CacheBlock;
            var count = Math.Min(workload.CacheBlock - at, tokens - done);
            var block = (int)(((position + done) / workload.CacheBlock) - freed);
            if (block == blocks.Count)
                AddBlock();
            using var place = ops.Narrow(blocks[block], 2, at, count);
            using var piece = ops.Narrow(states, 2, done, count);
            ops.WriteCache(place, piece);
            done += count;
        }
    }

    public TTensor Read(long first, long end)
    {
        var from = (int)((first / workload.CacheBlock) - freed);
        var start = (from + freed) * workload.CacheBlock;
        var filled = end - ((freed + blocks.Count - 1) * workload.CacheBlock);
        if (from == blocks.Count - 1)
            return ops.Narrow(blocks[^1], 2, first - start, end - first);
        using var last = ops.Narrow(blocks[^1], 2, 0, filled);
        using var head = first == start ? null : ops.Narrow(blocks[from], 2, first - start, workload.CacheBlock - (first - start));
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Concatenate([head ?? blocks[from], .. blocks.GetRange(from + 1, blocks.Count - from - 2), last], 2);
    }

    public TTensor AsRead(TTensor states, long tokens) => ops.Narrow(states, 2, 0, tokens);

    public void Grow(long positions)
    {
        FreeBefore(positions - Kept);
        for (var filled = freed * workload.CacheBlock; filled < positions; filled += workload.CacheBlock)
            AddBlock();
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            block.Dispose();
    }

    private void FreeBefore(long position)
    {
        var before = Math.Max(0, position) / workload.CacheBlock;
        var count = (int)Math.Min(blocks.Count, before - freed);
        for (var block = 0; block < count; block++)
            blocks[block].Dispose();
        blocks.RemoveRange(0, count);
        freed = before;
    }

    private void AddBlock() => blocks.Add(ops.Zeros([workload.Batch, heads.Heads, workload.CacheBlock, heads.Width], type));
}
