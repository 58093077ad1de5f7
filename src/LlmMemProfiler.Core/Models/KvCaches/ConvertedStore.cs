using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>A store in another type than the compute type, which attention needs: what is read is a copy, and workspace.</summary>
internal sealed class ConvertedStore<TTensor>(ITensorOps<TTensor> ops, DataType computed, IKvStore<TTensor> stored) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    public void Append(TTensor states, long position, long tokens) => stored.Append(states, position, tokens);

    public TTensor Read(long first, long end)
    {
        using var read = stored.Read(first, end);
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Cast(read, computed);
    }

    public void Grow(long positions) => stored.Grow(positions);

    public void Dispose() => stored.Dispose();
}
