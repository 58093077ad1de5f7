using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// A tensor replaced by a longer copy in each pass, like transformers' <c>DynamicCache</c>: the old and the new one
/// briefly coexist.
/// </summary>
/// <param name="ops">The interpreter.</param>
/// <param name="heads">What is kept of a token.</param>
/// <param name="type">Its type.</param>
/// <param name="workload">The workload.</param>
internal sealed class ConcatStore<TTensor>(ITensorOps<TTensor> ops, CachedHeads heads, DataType type, Workload workload) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    private TTensor? past;

    public void Append(TTensor states, long position, long tokens) =>
        past = past is null ? First(states, tokens) : Longer(past, states);

    public TTensor Read(long first, long end) => ops.Narrow(past!, 2, first, end - first);

    public void Grow(long positions) => past = positions == 0 ? null : New(positions);

    public void Dispose() => past?.Dispose();

    /// <summary>A copy: the states are a view that would keep the entire projection alive.</summary>
    private TTensor First(TTensor states, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.KvCache);
        var first = New(tokens);
        ops.WriteCache(first, states);
        return first;
    }

    private TTensor New(long positions) => ops.Zeros([workload.Batch, heads.Heads, positions, heads.Width], type);

    private TTensor Longer(TTensor before, TTensor states)
    {
        using (before)
        using (var converted = Converted(states))
        using (ops.Tags.Owner(Part.KvCache))
            return ops.Concatenate([before, converted ?? states], 2);
    }

    /// <summary>Concatenation needs a single type.</summary>
    private TTensor? Converted(TTensor states)
    {
        if (type == workload.ComputeType)
            return null;
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Cast(states, type);
    }
}
