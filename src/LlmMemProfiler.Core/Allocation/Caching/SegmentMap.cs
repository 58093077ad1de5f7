using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The allocator's segments at one moment, by address; for plots of fragmentation.</summary>
/// <param name="Segments">Their sizes add up to the reserved bytes.</param>
public sealed record SegmentMap(IReadOnlyList<MappedSegment> Segments)
{
    internal static SegmentMap Of(BlockHeap heap)
    {
        var segments = new List<MappedSegment>();
        foreach (var head in heap.Heads)
            AddRanges(segments, heap.Blocks, head);
        return new(segments);
    }

    private static void AddRanges(List<MappedSegment> segments, BlockTable blocks, int head)
    {
        var range = new List<MappedBlock>();
        long start = 0, size = 0;
        for (var b = head; b != BlockTable.None; b = blocks[b].Next)
        {
            ref var block = ref blocks[b];
            if (block.State != BlockState.Unmapped)
            {
                if (range.Count == 0)
                    start = block.Address;
                range.Add(Mapped(block));
                size += block.Size;
            }
            var ends = block.Next == BlockTable.None || blocks[block.Next].State == BlockState.Unmapped;
            if (!ends || range.Count == 0)
                continue;
            segments.Add(new(start, new(size), block.Pool, range));
            (range, size) = ([], 0);
        }
    }

    private static MappedBlock Mapped(in Block block) => block.State == BlockState.Allocated
        ? new(new(block.Size), new(block.Requested), block.Id, block.Tag)
        : new(new(block.Size), ByteSize.Zero, null, null);
}

/// <summary>A segment, or one mapped range of an expandable segment.</summary>
/// <param name="Address">Start address. Simulated addresses lie around 2⁶², as a driver gives them.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Pool">Its pool.</param>
/// <param name="Blocks">Contiguous; sizes add up to <paramref name="Size"/>.</param>
public sealed record MappedSegment(long Address, ByteSize Size, PoolKind Pool, IReadOnlyList<MappedBlock> Blocks);

/// <summary>A block of a segment, allocated or free.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Requested">Bytes requested; 0 for a free block.</param>
/// <param name="Id">Id of the allocation; null for a free block.</param>
/// <param name="Tag">What it was allocated for; null for a free block.</param>
public readonly record struct MappedBlock(ByteSize Size, ByteSize Requested, ulong? Id, Tag? Tag)
{
    /// <summary>Null for a free block. Scratch shows its tag's part, since it isn't known to be scratch yet.</summary>
    public Part? Owner => Tag?.Part;
}
