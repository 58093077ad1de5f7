namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A stream of allocations, recorded or symbolic, run through the caching allocator.</summary>
public sealed class Replay
{
    private readonly Action<ICacheSink> stream;

    private Replay(Action<ICacheSink> stream, CachingAllocator allocator) => (this.stream, Allocator) = (stream, allocator);

    /// <summary>The allocator after the stream has ended or run out of memory.</summary>
    public CachingAllocator Allocator { get; }

    /// <summary>False if some events report only block sizes, which then count as requests.</summary>
    public bool KnowsRequests { get; private set; } = true;

    /// <param name="stream">Sends all events to a sink; must be repeatable.</param>
    /// <param name="settings">The allocator's settings.</param>
    /// <exception cref="TraceException">The stream is inconsistent.</exception>
    public static Replay Of(Action<ICacheSink> stream, AllocatorSettings settings)
    {
        var replay = new Replay(stream, new(settings));
        stream(new Requests(replay));
        return replay;
    }

    /// <summary>The segments at one moment, with owners as in the moment's account. Runs the stream again.</summary>
    public SegmentMap MapAt(AllocatorMoment moment)
    {
        var watch = new SnapshotSink(Allocator.Settings, moment.Event);
        stream(watch);
        return watch.Map;
    }

    private sealed class Requests(Replay replay) : ICacheSink
    {
        public void Add(in AllocationEvent e)
        {
            replay.KnowsRequests &= e.Requested != 0;
            replay.Allocator.Add(e);
        }

        public void EmptyCache()
        {
            if (replay.Allocator.OutOfMemory is null)
                replay.Allocator.EmptyCache();
        }

        public void FreeSegment(long size)
        {
            if (replay.Allocator.OutOfMemory is null)
                replay.Allocator.FreeSegment(size);
        }
    }
}
