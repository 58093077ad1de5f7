using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Makes a program's moves in the simulator and, where asked, in the naive allocator.</summary>
internal sealed class Driver(AllocatorSettings settings, NaiveAllocator? naive = null)
{
    private readonly Dictionary<ulong, ulong> idBySlot = [];
    private ulong nextId = 1;

    /// <summary>Requests refused for good.</summary>
    public long OutOfMemories { get; private set; }

    public CachingAllocator Allocator { get; } = new(settings);

    public IReadOnlyDictionary<ulong, ulong> Live => idBySlot;

    public void Make(RandomRequests.Move move)
    {
        var part = (Part)(nextId % Parts.Owners);
        var tag = Tag.Of(Phase.Decode, (int)(nextId % 7), null, part, Operation.Linear, (uint)(nextId / 3));
        if (move.Size == 0)
        {
            Allocator.EmptyCache();
            naive?.EmptyCache();
        }
        else if (idBySlot.Remove(move.Slot, out var id))
        {
            Allocator.Free(id, tag);
            naive?.Free(id);
        }
        else
        {
            // Every other id is an old one: the slot's own number.
            id = nextId % 2 == 0 ? move.Slot << 32 : nextId;
            nextId++;
            var refusal = Allocator.Allocate(id, move.Size, tag);
            if (refusal is null)
                idBySlot.Add(move.Slot, id);
            else
                OutOfMemories++;
            if (naive is not null)
                Assert.Equal(naive.Allocate(id, move.Size), refusal is null);
        }
    }

    /// <summary>In the form of <see cref="NaiveAllocator.Map"/>.</summary>
    public IEnumerable<string> Map() =>
        from segment in Allocator.Map().Segments
        let blocks = segment.Blocks.Select((b, i) =>
            $"{segment.Blocks.Take(i).Sum(before => before.Size.Bytes)} {b.Size.Bytes} {(b.Id is { } id ? $"{b.Requested.Bytes} {id:x}" : "free")}")
        select $"{segment.Address} {segment.Size.Bytes} {segment.Pool}: {string.Join(", ", blocks)}";
}
