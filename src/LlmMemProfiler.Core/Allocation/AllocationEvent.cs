namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// One allocation (size above 0) or free (size below 0), measured or predicted.
/// </summary>
/// <param name="Block">Address of the block, or its number in a predicted stream; unique among live blocks.</param>
/// <param name="Size">Bytes allocated; negative for a free, which always frees the whole block.</param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Time"><see cref="System.Diagnostics.Stopwatch"/> ticks; 0 in a predicted stream.</param>
/// <param name="Reserved">Bytes reserved after this event; 0 if not reported.</param>
/// <param name="Requested">Bytes requested, with the sign of <paramref name="Size"/>; 0 if only the block size is reported.</param>
public readonly record struct AllocationEvent(ulong Block, long Size, Tag Tag, long Time = 0, long Reserved = 0, long Requested = 0);

/// <summary>Receives a stream of events in order.</summary>
public interface IAllocationSink
{
    void Add(in AllocationEvent e);
}
