using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>
/// The caching allocator once more, from its description: a segment knows only what is taken of it and which pages it has;
/// what is free is worked out anew each time, and everything is found by looking through everything.
/// </summary>
internal sealed class NaiveAllocator(NaiveOptions options)
{
    private const long KiB = 1024, MiB = 1024 * KiB, Chunk = 32 * MiB;

    private readonly List<NaiveSegment> segments = [];
    private readonly Dictionary<PoolKind, long> searches = new() { [PoolKind.Small] = 0, [PoolKind.Large] = 0 };
    private readonly long capacity = options.Capacity ?? long.MaxValue / 2;
    private readonly long limit = options.Fraction is < 1 and var share ? (long)(share * options.Total) : long.MaxValue / 2;
    private readonly long maxSplit = options.MaxSplitMiB * MiB ?? long.MaxValue / 2;
    private readonly long maxRounding = (options.MaxNonSplitRoundingMiB ?? options.LargeSegmentMiB ?? 20) * MiB;
    private readonly long largeSegment = (options.LargeSegmentMiB ?? 20) * MiB;
    private readonly List<(long Start, long End)> owned = [];
    private long addresses = options.IsRising ? 0 : 1L << 62;

    public long Requested => segments.Sum(s => s.Taken.Sum(t => t.Requested));

    public long Allocated => segments.Sum(s => s.Taken.Sum(t => t.Size));

    public long Reserved { get; private set; }

    public long ReservedPeak { get; private set; }

    public int Retries { get; private set; }

    public int OutOfMemories { get; private set; }

    /// <summary>One line a segment: address, size, pool; then offset, size, request and id of each block.</summary>
    public IEnumerable<string> Map() =>
        from segment in segments
        orderby segment.Start
        from stretch in segment.Mapped()
        let blocks = segment.Taken.Select(t => (t.Start, t.Size, Text: $"{t.Requested} {t.Id:x}"))
            .Concat(segment.Free().Select(f => (f.Start, Size: f.End - f.Start, Text: "free")))
            .Where(b => b.Start >= stretch.Start && b.Start < stretch.End)
            .OrderBy(b => b.Start)
        select $"{stretch.Start} {stretch.End - stretch.Start} {segment.Pool}: " +
            string.Join(", ", blocks.Select(b => $"{b.Start - stretch.Start} {b.Size} {b.Text}"));

    /// <returns>Whether there was memory.</returns>
    public bool Allocate(ulong id, long request)
    {
        var size = Rounded(request);
        var pool = size <= MiB ? PoolKind.Small : PoolKind.Large;
        searches[pool]++;
        var found = BestFit(pool, size) ?? AfterCollecting(pool, size) ?? AfterRelease(pool, size);
        if (found is not var (segment, free))
        {
            OutOfMemories++;
            return false;
        }
        var rest = free.End - free.Start - size;
        var splits = pool == PoolKind.Small || options.Expandable ? rest >= 512 : rest > MiB && size < maxSplit;
        var place = segment.Taken.TakeWhile(t => t.Start < free.Start).Count();
        segment.Taken.Insert(place, new(free.Start, splits ? size : size + rest, request, id));
        return true;
    }

    public void Free(ulong id)
    {
        var segment = segments.Single(s => s.Taken.Exists(t => t.Id == id));
        segment.Taken.RemoveAll(t => t.Id == id);
        segment.FreedAt = searches[segment.Pool];
    }

    public void EmptyCache()
    {
        foreach (var segment in segments.ToList())
        {
            if (!options.Expandable)
            {
                if (segment.Taken.Count == 0)
                    Drop(segment);
                continue;
            }
            var had = segment.Pages.Count;
            foreach (var (start, end) in segment.Free().ToList())
                segment.Pages.RemoveWhere(p => segment.PageStart(p) >= start && segment.PageStart(p + 1) <= end);
            Reserved -= (had - segment.Pages.Count) * segment.Page;
            if (had > 0 && segment.Pages.Count == 0)
                segments.Remove(segment);
        }
    }

    /// <summary>Of the space between two powers of 2 the first part's end that is far enough; below 512 bytes a part, multiples of 512.</summary>
    private long Rounded(long request)
    {
        var parts = options.PartsOf(request);
        if (parts <= 1 || request <= 512L * parts)
            return Math.Max(512, (request + 511) / 512 * 512);
        var power = 1L;
        while (power * 2 <= request)
            power *= 2;
        return Enumerable.Range(0, parts + 1).Select(i => power + (power / parts * i)).First(size => size >= request);
    }

    /// <summary>Segments that have been free for longer than the average of them go, until what is held is little enough.</summary>
    private (NaiveSegment, NaiveSegment.Stretch)? AfterCollecting(PoolKind pool, long size)
    {
        if (options is { GarbageCollectionThreshold: { } threshold, Fraction: < 1, Expandable: false })
        {
            var enough = (long)(threshold * limit);
            List<NaiveSegment> free = [.. segments.Where(s => s.Pool == PoolKind.Large && s.Taken.Count == 0)];
            while (Reserved > enough && free.Count > 0)
            {
                var average = free.Average(Age);
                var old = free.FindAll(s => Age(s) >= average);
                old.ForEach(Drop);
                free = [.. free.Except(old)];
            }
        }
        return Grow(pool, size);

        double Age(NaiveSegment segment) => searches[PoolKind.Large] - segment.FreedAt;
    }

    private (NaiveSegment, NaiveSegment.Stretch)? AfterRelease(PoolKind pool, long size)
    {
        if (options is { MaxSplitMiB: not null, Expandable: false } && ReleaseOversize(pool, Math.Max(size, maxSplit)) && Grow(pool, size) is { } grown)
            return grown;
        EmptyCache();
        Retries++;
        return Grow(pool, size);
    }

    private (NaiveSegment, NaiveSegment.Stretch)? BestFit(PoolKind pool, long size)
    {
        List<(NaiveSegment Segment, NaiveSegment.Stretch Free)> fitting = [];
        foreach (var segment in segments.Where(s => s.Pool == pool))
            fitting.AddRange(segment.Free().Where(f => f.Size >= size).Select(f => (segment, f)));
        if (fitting.Count == 0)
            return null;
        fitting.Sort((a, b) => (a.Free.Size, a.Free.Start).CompareTo((b.Free.Size, b.Free.Start)));
        var i = 0;
        if (options.Expandable)
        {
            while (i + 1 < fitting.Count && Room(i + 1) < Room(i))
                i++;
        }
        var found = fitting[i].Free.Size;
        if ((size < maxSplit && found >= maxSplit) || (size >= maxSplit && found >= size + maxRounding))
            return null;
        return fitting[i];

        long Room(int k) => fitting[k].Free.Size + fitting[k].Segment.Gaps()
            .Where(g => g.Start == fitting[k].Free.End).Sum(g => g.Size);
    }

    private (NaiveSegment, NaiveSegment.Stretch)? Grow(PoolKind pool, long size)
    {
        var length = size <= MiB ? 2 * MiB : size < 10 * MiB ? largeSegment : (size + (2 * MiB) - 1) / (2 * MiB) * (2 * MiB);
        if (Reserved + length > limit)
            return null;
        if (options.Expandable)
            return GrowRange(pool, size);
        if (Reserved + length > capacity)
            return null;
        var segment = new NaiveSegment(Address(length, 1), length, pool, length);
        segment.Pages.Add(0);
        segments.Add(segment);
        Reserve(length);
        return (segment, new(segment.Start, segment.End));
    }

    private (NaiveSegment, NaiveSegment.Stretch)? GrowRange(PoolKind pool, long size)
    {
        var places =
            from s in segments
            where s.Pool == pool
            orderby s.Start
            from gap in s.Gaps()
            let start = s.Free().Where(f => f.End == gap.Start).Select(f => f.Start).Append(gap.Start).First()
            let end = s.Taken.Where(t => t.Start >= start).Select(t => t.Start).Append(s.End).First()
            where end - start >= size
            select (Segment: s, start);
        var place = places.Any() ? places.First() : NewRange(pool, size);
        if (place is not ({ } segment, var from))
            return null;
        foreach (var gap in segment.Gaps().Where(g => g.Start >= from && g.Start < from + size).ToList())
        {
            var pages = Enumerable.Range(0, int.MaxValue).Select(i => segment.PageOf(gap.Start) + i)
                .TakeWhile(p => segment.PageStart(p) < Math.Min(gap.End, from + size)).ToList();
            if (Reserved + (pages.Count * segment.Page) > capacity)
                return null;
            segment.Pages.UnionWith(pages);
            Reserve(pages.Count * segment.Page);
        }
        return (segment, segment.Free().Single(f => f.Start == from));
    }

    private (NaiveSegment?, long) NewRange(PoolKind pool, long size)
    {
        var page = pool == PoolKind.Small ? 2 * MiB : largeSegment;
        var bytes = options.Total + (options.Total / 8);
        var length = (bytes + page - 1) / page * page;
        if (length < size)
            return (null, 0);
        segments.Add(new(Address(length, page), length, pool, page));
        return (segments[^1], segments[^1].Start);
    }

    private long Address(long length, long unit)
    {
        if (options.IsRising)
        {
            var start = (addresses + unit - 1) / unit * unit;
            addresses = start + length;
            return start;
        }
        if (unit > 1)
            return addresses = (addresses - length) / unit * unit;
        length = (length + (2 * MiB) - 1) / (2 * MiB) * (2 * MiB);
        if (owned.Count == 0)
        {
            var first = addresses - length;
            owned.AddRange([(first - (340 * MiB), addresses), (addresses + (74 * MiB), addresses + (94 * MiB))]);
            addresses = (first - (340 * MiB)) / Chunk * Chunk;
            return first;
        }
        if (Gaps().FirstOrDefault(g => g.End - g.Start >= length) is { End: > 0 } gap)
            return gap.Start;
        var end = addresses / Chunk * Chunk;
        addresses = end - ((length + Chunk - 1) / Chunk * Chunk);
        owned.Add((addresses, end));
        return addresses;
    }

    /// <summary>What of the addresses that the process has lies in no segment, from the lowest up.</summary>
    private IEnumerable<(long Start, long End)> Gaps()
    {
        var edges = owned.Select(o => (At: o.Start, Free: 1)).Concat(owned.Select(o => (At: o.End, Free: -1)))
            .Concat(segments.Select(s => (At: s.Start, Free: -1))).Concat(segments.Select(s => (At: s.End + (s.End % (2 * MiB)), Free: 1)));
        var (free, since) = (0, 0L);
        foreach (var edge in edges.GroupBy(e => e.At).OrderBy(e => e.Key))
        {
            var now = free + edge.Sum(e => e.Free);
            if (free == 1 && now < 1)
                yield return (since, edge.Key);
            if (free < 1 && now == 1)
                since = edge.Key;
            free = now;
        }
    }

    /// <summary>The smallest free segment that would do; else the largest ones until it is enough.</summary>
    private bool ReleaseOversize(PoolKind pool, long wanted)
    {
        var oversize = segments.Where(s => s.Pool == pool && s.Taken.Count == 0 && s.End - s.Start >= maxSplit)
            .OrderBy(s => s.End - s.Start).ThenBy(s => s.Start).ToList();
        if (oversize.Find(s => s.End - s.Start >= wanted) is { } enough)
        {
            Drop(enough);
            return true;
        }
        oversize.Reverse();
        foreach (var segment in oversize.TakeWhile(_ => wanted > 0))
        {
            wanted -= segment.End - segment.Start;
            Drop(segment);
        }
        return wanted <= 0;
    }

    private void Drop(NaiveSegment segment)
    {
        Reserved -= segment.End - segment.Start;
        segments.Remove(segment);
    }

    private void Reserve(long size)
    {
        Reserved += size;
        ReservedPeak = Math.Max(ReservedPeak, Reserved);
    }
}
