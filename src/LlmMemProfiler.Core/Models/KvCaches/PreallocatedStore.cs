using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>One buffer for the full sequence, [B, kv_heads, L, head_dim], owned by the tensor table.</summary>
internal sealed class PreallocatedStore<TTensor>(ITensorOps<TTensor> ops, TTensor buffer) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    public TTensor Append(TTensor states, long position, long tokens)
    {
        using (ops.Tags.Owner(Part.KvCache))
        using (var place = ops.Narrow(buffer, 2, position, tokens))
            ops.WriteCache(place, states);
        return ops.Narrow(buffer, 2, 0, position + tokens);
    }

    public void Dispose() { }
}
