namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// One allocation (size above 0) or free (size below 0), measured or predicted.
/// </summary>
/// <param name="Block">The block's address, or its number in a predicted stream; unique among live blocks.</param>
/// <param name="Size">Bytes taken; negative for a free, which gives back all of its block.</param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Time">In ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0 in a predicted stream.</param>
/// <param name="Reserved">Bytes the allocator holds after this event; 0 where it does not say.</param>
/// <param name="Requested">Bytes that were asked for, with the sign of <paramref name="Size"/>; 0 where the allocator tells its block's alone.</param>
public readonly record struct AllocationEvent(ulong Block, long Size, Tag Tag, long Time = 0, long Reserved = 0, long Requested = 0);

/// <summary>Takes a stream of events, in their order.</summary>
public interface IAllocationSink
{
    void Add(in AllocationEvent e);
}
