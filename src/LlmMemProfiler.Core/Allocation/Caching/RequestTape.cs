namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A program's requests, kept to be made again.</summary>
/// <param name="most">How many are kept; a longer stream is not kept at all, so that memory does not grow with a program's length.</param>
internal sealed class RequestTape(long most) : IAllocationSink
{
    /// <summary>Of 24 bytes each.</summary>
    public const long Most = 8 << 20;

    private const int ChunkLength = 1 << 16;

    private readonly List<Request[]> chunks = [];
    private long count;

    /// <summary>False if there were too many requests.</summary>
    public bool IsWhole => count <= most;

    public void Add(in AllocationEvent e)
    {
        if (!IsWhole)
            return;
        var place = (int)(count++ % ChunkLength);
        if (!IsWhole)
        {
            chunks.Clear();
            return;
        }
        if (place == 0)
            chunks.Add(new Request[ChunkLength]);
        chunks[^1][place] = new(e.Block, e.Requested == 0 ? e.Size : e.Requested, e.Tag);
    }

    /// <summary>Makes the requests again, up to the first that runs out of memory.</summary>
    /// <param name="allocator">Receives them.</param>
    /// <param name="onChunk">Receives how many chunks are done, and how many there are.</param>
    public void Play(CachingAllocator allocator, Action<long, long> onChunk)
    {
        var left = count;
        foreach (var (i, chunk) in chunks.Index())
        {
            foreach (var request in chunk.AsSpan(0, (int)Math.Min(left, ChunkLength)))
            {
                allocator.Add(new(request.Block, request.Size, request.Tag));
                if (allocator.OutOfMemory is not null)
                    return;
            }
            left -= ChunkLength;
            onChunk(i + 1, chunks.Count);
        }
    }

    private readonly record struct Request(ulong Block, long Size, Tag Tag);
}
