using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

/// <summary>Tells a ledger a short story of allocations, a line each.</summary>
internal sealed class Story
{
    private readonly TagCursor cursor = new();

    public Story(IAllocationSink? tensorTrace = null) => Ledger = new(tensorTrace);

    public AllocationLedger Ledger { get; }

    public Story Enter(Phase phase, int step = 0)
    {
        cursor.Enter(phase, step);
        return this;
    }

    public Story Take(ulong block, long size, Part part = Part.Activations, long reserved = 0) =>
        Add(block, size, part, reserved);

    public Story Free(ulong block, long size) => Add(block, -size, Part.Activations, 0);

    /// <summary>All that the lines do happens within one operation.</summary>
    public Story Within(Operation operation, Action<Story> lines)
    {
        using (cursor.Begin(operation))
            lines(this);
        return this;
    }

    public AllocationLedger End()
    {
        Ledger.Flush();
        return Ledger;
    }

    private Story Add(ulong block, long size, Part part, long reserved)
    {
        var now = cursor.Current;
        var tag = Tag.Of(now.Phase, now.Step, now.Layer, part, now.Operation, (uint)now.Sequence);
        Ledger.Add(new(block, size, tag, Reserved: reserved));
        return this;
    }
}
