using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Addresses with pages behind some of them, of which something is taken. An ordinary segment is one page.</summary>
internal sealed record NaiveSegment(long Start, long Length, PoolKind Pool, long Page)
{
    public readonly record struct Stretch(long Start, long End)
    {
        public long Size => End - Start;
    }

    public readonly record struct Block(long Start, long Size, long Requested, ulong Id);

    public long End => Start + Length;

    /// <summary>In the order of addresses.</summary>
    public List<Block> Taken { get; } = [];

    /// <summary>Numbers of the pages with memory behind them.</summary>
    public SortedSet<long> Pages { get; } = [];

    /// <summary>How often its pool had been searched when something of it was last given back.</summary>
    public long FreedAt { get; set; }

    public long PageStart(long page) => Start + (page * Page);

    public long PageOf(long address) => (address - Start) / Page;

    public List<Stretch> Mapped()
    {
        List<Stretch> mapped = [];
        Stretch? run = null;
        foreach (var page in Pages)
        {
            if (run is { } r && r.End != PageStart(page))
            {
                mapped.Add(r);
                run = null;
            }
            run = new(run?.Start ?? PageStart(page), PageStart(page + 1));
        }
        if (run is { } last)
            mapped.Add(last);
        return mapped;
    }

    public List<Stretch> Gaps() => Between(new(Start, End), Mapped());

    public List<Stretch> Free()
    {
        var taken = Taken.ConvertAll(t => new Stretch(t.Start, t.Start + t.Size));
        return [.. Mapped().SelectMany(m => Between(m, taken))];
    }

    /// <summary>What of a whole lies outside the holes, which are in order and may lie outside the whole.</summary>
    private static List<Stretch> Between(Stretch whole, List<Stretch> holes)
    {
        List<Stretch> between = [];
        var at = whole.Start;
        foreach (var hole in holes)
        {
            if (hole.End <= at || hole.Start >= whole.End)
                continue;
            if (hole.Start > at)
                between.Add(new(at, hole.Start));
            at = hole.End;
        }
        if (at < whole.End)
            between.Add(new(at, whole.End));
        return between;
    }
}
