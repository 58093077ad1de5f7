using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// Listens to the warm-up, whose events belong to <see cref="Phase.Init"/>, and remembers what it leaves behind: blocks that a
/// library took at its first use and keeps.
/// </summary>
/// <param name="next">Takes the events too, or null.</param>
public sealed class WarmUpBlocks(IAllocationSink? next = null) : IAllocationSink
{
    private readonly Dictionary<ulong, AllocationEvent> live = [];

    /// <summary>Bytes that the allocator said it holds, at the last event; 0 where it does not say.</summary>
    public ByteSize Reserved { get; private set; }

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

    /// <summary>Hands what was left behind to the books of the run that follows, as taken before it began.</summary>
    public void CarryOver(IAllocationSink run)
    {
        foreach (var block in live.Values)
            run.Add(block with { Tag = Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.KeepWorkspace, 0), Time = 0, Reserved = 0 });
    }
}
