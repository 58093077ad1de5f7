using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// Fixed-size blocks, [B, kv_heads, block, head_dim], allocated when first needed. Attention here doesn't support
/// block tables, so blocks are gathered first; that copy is workspace.
/// </summary>
/// <remarks>Kwon et al. (2023), Efficient Memory Management for Large Language Model Serving with PagedAttention.</remarks>
/// <param name="ops">The interpreter.</param>
/// <param name="heads">What is kept of a token.</param>
/// <param name="type">Its type.</param>
/// <param name="workload">The workload.</param>
internal sealed class PagedStore<TTensor>(ITensorOps<TTensor> ops, CachedHeads heads, DataType type, Workload workload) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    private readonly List<TTensor> blocks = [];

    public void Append(TTensor states, long position, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.KvCache);
        for (var done = 0L; done < tokens;)
        {
            var at = (position + done) % workload.CacheBlock;
            var count = Math.Min(workload.CacheBlock - at, tokens - done);
            if (at == 0)
                AddBlock();
            using var place = ops.Narrow(blocks[^1], 2, at, count);
            using var piece = ops.Narrow(states, 2, done, count);
            ops.WriteCache(place, piece);
            done += count;
        }
    }

    public TTensor Read(long first, long end)
    {
        var from = (int)(first / workload.CacheBlock);
        var start = (long)from * workload.CacheBlock;
        var filled = end - ((blocks.Count - 1L) * workload.CacheBlock);
        if (from == blocks.Count - 1)
            return ops.Narrow(blocks[^1], 2, first - start, end - first);
        using var last = ops.Narrow(blocks[^1], 2, 0, filled);
        using var head = first == start ? null : ops.Narrow(blocks[from], 2, first - start, workload.CacheBlock - (first - start));
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Concatenate([head ?? blocks[from], .. blocks.GetRange(from + 1, blocks.Count - from - 2), last], 2);
    }

    public void Grow(long positions)
    {
        for (var filled = 0L; filled < positions; filled += workload.CacheBlock)
            AddBlock();
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            block.Dispose();
    }

    private void AddBlock() => blocks.Add(ops.Zeros([workload.Batch, heads.Heads, workload.CacheBlock, heads.Width], type));
}
