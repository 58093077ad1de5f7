using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// Fixed-size blocks, [B, kv_heads, block, head_dim], allocated when first needed. Attention here doesn't support
/// block tables, so blocks are gathered first; that copy is workspace.
/// </summary>
/// <remarks>Kwon et al. (2023), Efficient Memory Management for Large Language Model Serving with PagedAttention.</remarks>
internal sealed class PagedStore<TTensor>(ITensorOps<TTensor> ops, Attention attention, Workload workload) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    private readonly List<TTensor> blocks = [];

    public TTensor Append(TTensor states, long position, long tokens)
    {
        using (ops.Tags.Owner(Part.KvCache))
            Write(states, position, tokens);
        return Gather(position + tokens);
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            block.Dispose();
    }

    private void Write(TTensor states, long position, long tokens)
    {
        for (var done = 0L; done < tokens;)
        {
            var at = (position + done) % workload.CacheBlock;
            var count = Math.Min(workload.CacheBlock - at, tokens - done);
            if (at == 0)
                blocks.Add(ops.Zeros([workload.Batch, attention.KvHeads, workload.CacheBlock, attention.HeadDim], workload.CacheType));
            using var place = ops.Narrow(blocks[^1], 2, at, count);
            using var piece = ops.Narrow(states, 2, done, count);
            ops.WriteCache(place, piece);
            done += count;
        }
    }

    private TTensor Gather(long positions)
    {
        var filled = positions - ((blocks.Count - 1L) * workload.CacheBlock);
        var last = ops.Narrow(blocks[^1], 2, 0, filled);
        if (blocks.Count == 1)
            return last;
        using (last)
        using (ops.Tags.Owner(Part.Workspace))
            return ops.Concatenate([.. blocks[..^1], last], 2);
    }
}
