using CsCheck;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Options of any kind and release, together as they come, within what the release knows.</summary>
internal static class RandomOptions
{
    private static readonly Version Fractions = new(2, 10), LargeSegments = new(2, 11);

    private static Gen<long?> Bound { get; } = Gen.Frequency(
        (1, Gen.Const((long?)null)),
        (2, Gen.Long[0, 120].Select(n => (long?)(n * ByteSize.MiB))),
        (1, Gen.Long[0, 200 * ByteSize.MiB].Select(n => (long?)n)));

    private static Gen<(int? All, (int, int)[] From, int? After)> Divisions { get; } = Gen.Frequency(
        (4, Gen.Const(((int?)null, Array.Empty<(int, int)>(), (int?)null))),
        (2, Gen.Int[0, 4].Select(n => ((int?)(1 << n), Array.Empty<(int, int)>(), (int?)null))),
        (2, from count in Gen.Int[1, 4]
            from first in Gen.Int[0, 4]
            from step in Gen.Int[1, 2]
            from parts in Gen.Int[-1, 4].Array[count]
            from after in Gen.Int[-2, 4]
            select ((int?)null, parts.Select((p, i) => (1 << (first + (i * step)), p < 0 ? 0 : 1 << p)).ToArray(), after == -2 ? null : (int?)(after < 0 ? 0 : 1 << after))));

    public static Gen<NaiveOptions> Any { get; } =
        from minor in Gen.Int[8, 12]
        from total in Gen.Long[20 * ByteSize.MiB, 200 * ByteSize.MiB]
        from capacity in Bound
        from fraction in Gen.Frequency((2, Gen.Const((double?)null)), (1, Gen.Double[0, 1].Select(f => (double?)f)))
        from threshold in Gen.Frequency((2, Gen.Const((double?)null)), (1, Gen.Double[0.05, 0.95].Select(f => (double?)f)))
        from divisions in Divisions
        from expandable in Gen.Int[0, 2]
        from large in Gen.Frequency((2, Gen.Const((int?)null)), (1, Gen.Int[12, 40].Select(n => (int?)n)))
        from split in Gen.Frequency((2, Gen.Const((int?)null)), (1, Gen.Int[20, 40].Select(n => (int?)n)))
        from rounding in Gen.Frequency((3, Gen.Const((int?)null)), (1, Gen.Int[20, 30].Select(n => (int?)n)))
        from rising in Gen.Bool
        let release = new Version(2, minor)
        let segment = release < LargeSegments ? null : expandable == 0 ? large & ~1 : large
        select new NaiveOptions(release, total)
        {
            Capacity = capacity,
            Fraction = release >= Fractions ? fraction : null,
            GarbageCollectionThreshold = threshold,
            Parts = divisions.All,
            PartsFrom = divisions.From,
            PartsAfter = divisions.After,
            Expandable = expandable == 0,
            LargeSegmentMiB = segment,
            MaxSplitMiB = split is { } s ? Math.Max(s, segment ?? 20) : null,
            MaxNonSplitRoundingMiB = rounding is { } r ? Math.Max(r, segment ?? 20) : null,
            IsRising = rising,
        };
}
