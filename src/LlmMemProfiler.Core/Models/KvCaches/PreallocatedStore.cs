using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>One buffer for the full sequence, [B, kv_heads, L, head_dim], owned by the tensor table.</summary>
internal sealed class PreallocatedStore<TTensor>(ITensorOps<TTensor> ops, TTensor buffer) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    public void Append(TTensor states, long position, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.KvCache);
        using var place = ops.Narrow(buffer, 2, position, tokens);
        ops.WriteCache(place, states);
    }

    public TTensor Read(long first, long end) => ops.Narrow(buffer, 2, first, end - first);

    public void Grow(long positions) { }

    public void Dispose() { }
}
