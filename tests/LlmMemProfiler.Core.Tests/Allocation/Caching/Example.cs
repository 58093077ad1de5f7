using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Short programs, told a line each, and what the allocator then holds in words that can be reckoned by hand.</summary>
internal sealed class Example(AllocatorSettings? settings = null)
{
    public const long KiB = ByteSize.KiB, MiB = ByteSize.MiB;

    public static Tag Start { get; } = Tag.Of(Phase.Init, 0, null, Part.Weights, Operation.None, 0);

    private readonly List<long> reserved = [];

    public CachingAllocator Allocator { get; } = new(settings);

    /// <summary>The last refusal, if there was one.</summary>
    public OutOfMemory? Refusal { get; private set; }

    /// <summary>
    /// For example '2 MiB small: #1 512 B, free 2096640 B', a line a segment, in the order in which they were reserved; of expandable
    /// ones by address.
    /// </summary>
    public string[] Map =>
    [
        .. Allocator.Map().Segments.OrderBy(s => Allocator.Settings.ExpandableSegments ? 0 : reserved.IndexOf(s.Address)).Select(s =>
            $"{Text(s.Size)} {s.Pool.ToString().ToLowerInvariant()}: " +
            string.Join(", ", s.Blocks.Select(b => $"{(b.Id is { } id ? $"#{id}" : "free")} {Text(b.Size)}"))),
    ];

    public Example Take(ulong id, long size)
    {
        Refusal = Allocator.Allocate(id, size, Start) ?? Refusal;
        var now = Allocator.Map().Segments.Select(s => s.Address).ToList();
        reserved.RemoveAll(address => !now.Contains(address));
        reserved.AddRange(now.Except(reserved).ToList());
        return this;
    }

    public Example Free(params ulong[] ids)
    {
        foreach (var id in ids)
            Allocator.Free(id, Start);
        return this;
    }

    public Example EmptyCache()
    {
        Allocator.EmptyCache();
        return this;
    }

    public void Holds(params string[] segments) => Assert.Equal(segments, Map);

    private static string Text(ByteSize size) => (size.Bytes % MiB, size.Bytes % KiB) switch
    {
        (0, _) => $"{size.Bytes / MiB} MiB",
        (_, 0) => $"{size.Bytes / KiB} KiB",
        _ => $"{size.Bytes} B",
    };
}
