using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>One buffer, [B, kv_heads, kept, head_dim], owned by the tensor table: for the full sequence, or for a window.</summary>
/// <remarks>
/// A window's buffer is a rolling one, as in Mistral's own code: a new token takes the place of the oldest, so that a decode step copies and
/// takes nothing, where transformers' static cache shifts all of it. Its query sees the whole buffer, whose order does not matter to a
/// softmax. It would to ALiBi's biases, but no model has these within windows.
/// </remarks>
internal sealed class PreallocatedStore<TTensor>(ITensorOps<TTensor> ops, TTensor buffer, long kept) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    /// <summary>Position of the first place when it was written first.</summary>
    private long origin;

    public long Kept => kept;

    public void Append(TTensor states, long position, long tokens)
    {
        if (tokens == kept)
            origin = position;
        using var owner = ops.Tags.Owner(Part.KvCache);
        using var place = ops.Narrow(buffer, 2, (position - origin) % kept, tokens);
        ops.WriteCache(place, states);
    }

    /// <summary>Either all of it, or tokens that stand in order: before a long pass come long ones alone.</summary>
    public TTensor Read(long first, long end) => ops.Narrow(buffer, 2, first - Math.Max(0, end - kept), end - first);

    public TTensor AsRead(TTensor states, long tokens) => ops.Narrow(states, 2, 0, tokens);

    public void Grow(long positions) => origin = Math.Max(0, positions - kept);

    public void Dispose() { }
}
