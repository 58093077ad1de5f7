using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// A tensor replaced by a longer copy in each pass, like transformers' <c>DynamicCache</c>: the old and the new one
/// briefly coexist.
/// </summary>
/// <remarks>
/// Of a window the tokens that the next one sees are joined with it. Transformers' <c>DynamicSlidingWindowLayer</c> does the same, but keeps
/// what it joined until the next pass, and so a whole prompt; here the last tokens are copied out of a long pass.
/// </remarks>
/// <param name="ops">The interpreter.</param>
/// <param name="heads">What is kept of a token.</param>
/// <param name="type">Its type.</param>
/// <param name="workload">The workload.</param>
internal sealed class ConcatStore<TTensor>(ITensorOps<TTensor> ops, CachedHeads heads, DataType type, Workload workload) : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    private TTensor? past;
    private long held;

    public long Kept { get; } = workload.Kept(heads.Window);

    public void Append(TTensor states, long position, long tokens)
    {
        var seen = Math.Min(held, Kept - tokens);
        if (seen == 0)
            past?.Dispose();
        past = seen == 0 ? First(states, tokens) : Longer(past!, seen, states);
        held = seen + tokens;
    }

    public TTensor Read(long first, long end) => ops.Narrow(past!, 2, held - (end - first), end - first);

    public TTensor AsRead(TTensor states, long tokens) => ops.Narrow(states, 2, 0, tokens);

    public void Grow(long positions)
    {
        held = Math.Min(positions, Kept);
        past = held == 0 ? null : New(held);
    }

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

    private TTensor Longer(TTensor before, long seen, TTensor states)
    {
        using (before)
        using (var last = seen < held ? ops.Narrow(before, 2, held - seen, seen) : null)
        using (var converted = Converted(states))
        using (ops.Tags.Owner(Part.KvCache))
            return ops.Concatenate([last ?? before, converted ?? states], 2);
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
