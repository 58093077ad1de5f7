using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>A store in another type than the compute type, which attention needs: what is read is a copy, and workspace.</summary>
internal sealed class ConvertedStore<TTensor>(ITensorOps<TTensor> ops, CacheType type, IKvStore<TTensor> stored) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    public long Kept => stored.Kept;

    public void Append(TTensor states, long position, long tokens) => stored.Append(states, position, tokens);

    public TTensor Read(long first, long end)
    {
        using var read = stored.Read(first, end);
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Cast(read, type.Computed);
    }

    public TTensor AsRead(TTensor states, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.Workspace);
        using var written = ops.Cast(states, type.Stored);
        return ops.Cast(written, type.Computed);
    }

    public void Grow(long positions) => stored.Grow(positions);

    public void Dispose() => stored.Dispose();
}
