namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A whole stream of allocations, recorded or symbolic, sent through the caching allocator.</summary>
public sealed class Replay
{
    private readonly Action<IAllocationSink> stream;

    private Replay(Action<IAllocationSink> stream, CachingAllocator allocator) => (this.stream, Allocator) = (stream, allocator);

    /// <summary>The allocator when the stream has ended, or the device has refused a request.</summary>
    public CachingAllocator Allocator { get; }

    /// <summary>False where some event told its block's bytes alone: those then count as what was asked for.</summary>
    public bool KnowsRequests { get; private set; } = true;

    /// <param name="stream">Sends all events to a sink, the same ones each time.</param>
    /// <param name="settings">The allocator's settings.</param>
    /// <exception cref="TraceException">The stream contradicts itself.</exception>
    public static Replay Of(Action<IAllocationSink> stream, AllocatorSettings settings)
    {
        var replay = new Replay(stream, new(settings));
        stream(new Requests(replay));
        return replay;
    }

    /// <summary>The segments at one moment, with the owners that the moment's account names. The stream is sent once more.</summary>
    public SegmentMap MapAt(AllocatorMoment moment)
    {
        var watch = new SnapshotSink(Allocator.Settings, moment.Event);
        stream(watch);
        return watch.Map;
    }

    private sealed class Requests(Replay replay) : IAllocationSink
    {
        public void Add(in AllocationEvent e)
        {
            replay.KnowsRequests &= e.Requested != 0;
            replay.Allocator.Add(e);
        }
    }
}
