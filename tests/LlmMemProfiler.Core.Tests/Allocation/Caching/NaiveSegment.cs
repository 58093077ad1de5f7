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

    public long PageStart(long page) => Start + (page * Page);

    public long PageOf(long address) => (address - Start) / Page;

    public IEnumerable<Stretch> Mapped()
    {
        Stretch? run = null;
        foreach (var page in Pages)
        {
            if (run is { } r && r.End != PageStart(page))
            {
                yield return r;
                run = null;
            }
            run = new(run?.Start ?? PageStart(page), PageStart(page + 1));
        }
        if (run is { } last)
            yield return last;
    }

    public IEnumerable<Stretch> Gaps() => Between(new(Start, End), Mapped());

    public IEnumerable<Stretch> Free() =>
        Mapped().SelectMany(m => Between(m, Taken.Select(t => new Stretch(t.Start, t.Start + t.Size))));

    /// <summary>What of a whole lies outside the holes, which are in order and may lie outside the whole.</summary>
    private static IEnumerable<Stretch> Between(Stretch whole, IEnumerable<Stretch> holes)
    {
        var at = whole.Start;
        foreach (var hole in holes)
        {
            if (hole.End <= at || hole.Start >= whole.End)
                continue;
            if (hole.Start > at)
                yield return new(at, hole.Start);
            at = hole.End;
        }
        if (at < whole.End)
            yield return new(at, whole.End);
    }
}
