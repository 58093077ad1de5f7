using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Records the segment map after a given event, then listens until the operation ends to identify its scratch.
/// </summary>
/// <param name="settings">The allocator's settings.</param>
/// <param name="number">Event number, from 1; 0 for the empty map before the first.</param>
internal sealed class SnapshotSink(AllocatorSettings settings, long number) : ICacheSink
{
    private readonly CachingAllocator allocator = new(settings);
    private readonly Dictionary<ulong, Tag> freed = [];
    private SegmentMap? snapshot;
    private Tag at;
    private long count;
    private bool isOver;

    public SegmentMap Map => new([.. (snapshot ?? allocator.Map()).Segments.Select(s => s with { Blocks = [.. s.Blocks.Select(Owned)] })]);

    public void Add(in AllocationEvent e)
    {
        if (count < number)
        {
            allocator.Add(e);
            if (++count == number)
                (snapshot, at) = (allocator.Map(), e.Tag);
            return;
        }
        isOver |= e.Tag.Sequence != at.Sequence;
        if (!isOver && e.Size < 0)
            freed.TryAdd(e.Block, e.Tag);
    }

    public void EmptyCache()
    {
        if (count < number)
            allocator.EmptyCache();
    }

    public void FreeSegment(long size)
    {
        if (count < number)
            allocator.FreeSegment(size);
    }

    private MappedBlock Owned(MappedBlock block) =>
        block is { Id: { } id, Tag: { } tag } && freed.TryGetValue(id, out var free) && ScratchRule.IsScratch(tag, free)
            ? block with { Tag = tag.OwnedBy(Part.Workspace) }
            : block;
}
