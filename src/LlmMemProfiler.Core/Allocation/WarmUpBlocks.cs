using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// Receives the warm-up's events, assigns them to <see cref="Phase.Init"/>, and tracks what stays allocated: workspaces that
/// libraries allocate on first use and keep.
/// </summary>
/// <param name="next">Also receives the events, or null.</param>
public sealed class WarmUpBlocks(IAllocationSink? next = null) : IAllocationSink
{
    private readonly Dictionary<ulong, AllocationEvent> live = [];

    /// <summary>Reserved bytes at the last event; null before the first, 0 if not reported.</summary>
    public ByteSize? Reserved { get; private set; }

    /// <summary>What stays allocated so far.</summary>
    public ByteSize Kept => new(live.Values.Sum(e => e.Size));

    public void Add(in AllocationEvent e)
    {
        Reserved = new(e.Reserved);
        var init = e with { Tag = Tag.Of(Phase.Init, 0, null, Part.Workspace, e.Tag.Operation, (uint)e.Tag.Sequence) };
        next?.Add(init);
        if (e.Size > 0)
            live[e.Block] = init;
        else
            live.Remove(e.Block);
    }

    /// <summary>Passes the blocks still live to the run's sink, as allocated before it began, with what is reserved then.</summary>
    public void CarryOver(AllocationLedger run)
    {
        run.BeginAt(Reserved ?? ByteSize.Zero);
        foreach (var block in live.Values)
            run.Add(block with { Tag = Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.KeepWorkspace, 0), Time = 0, Reserved = 0 });
    }
}
