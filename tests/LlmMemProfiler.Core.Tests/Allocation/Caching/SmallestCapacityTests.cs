using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class SmallestCapacityTests
{
    /// <summary>Worked by hand: MiB taken (a number) and given back (the same one below zero), one after the other.</summary>
    [Theory]
    // Nothing is given back: both segments are needed.
    [InlineData(70, 1, 30, 40)]
    // Two segments of 70 MiB where there is plenty; the first is wholly free when the second is asked for, and can go.
    [InlineData(40, 2, 30, -30, 40)]
    // The larger one comes first: it serves the smaller one too.
    [InlineData(40, 0, 40, -40, 30)]
    // A segment of 20 MiB that is in use by 2 MiB cannot go.
    [InlineData(44, 3, 2, 3, -3, 24)]
    // What was given back once is not there again: 12 + 14 at once, and 30 with what is left of neither.
    [InlineData(30, 4, 12, 14, -12, -14, 30)]
    public void Free_segments_count_only_where_they_cannot_be_given_back(long mib, int decidedIn, params int[] program)
    {
        var smallest = SmallestCapacity.Find(Told(program), new(), [])!;

        Assert.Equal((mib * MiB, decidedIn), (smallest.Size.Bytes, smallest.DecidedIn.Step));
    }

    /// <summary>
    /// With 44 MiB the free 22 have to go for the 24 that come next, so that the 12 get a segment of their own: 12 + 32 at the end. From
    /// 46 on the 22 stay, the 12 are split off them, and 22 + 32 are needed.
    /// </summary>
    [Theory]
    [InlineData(null, 54)]
    [InlineData(44, 44)]
    [InlineData(48, 54)]
    [InlineData(20, 54)]
    [InlineData(100, 54)]
    public void Where_less_is_enough_and_more_is_not_a_capacity_that_was_asked_about_decides(int? asked, long mib) => Assert.Equal(
        mib * MiB, SmallestCapacity.Find(Told([22, -22, 24, 12, -24, 32]), new(), asked is { } about ? [new(about * MiB)] : [])!.Size.Bytes);

    /// <summary>
    /// The same: 78 MiB where there is plenty, 44 at once; in the middle it gets through with 54, and in the middle of what is left, 49, it
    /// ends 5 MiB short. So 54 it is, after three runs, although 34 Mi capacities came into question.
    /// </summary>
    [Fact]
    public void A_run_tells_of_all_capacities_that_make_no_difference()
    {
        var runs = new List<long?>();
        var requests = Told([22, -22, 24, 12, -24, 32]);
        SmallestCapacity.Find(
            allocator =>
            {
                runs.Add(allocator.Settings.Capacity?.Bytes / MiB);
                requests(allocator);
            },
            new(),
            []);

        Assert.Equal([null, 61, 49], runs);
    }

    [Fact]
    public void Each_capacity_that_was_asked_about_agrees_with_the_answer() => Sample(300, run =>
    {
        var (options, program, asked) = run;
        var requests = Told(program);
        if (SmallestCapacity.Find(requests, options.Settings, [new ByteSize(asked)]) is not { } smallest)
            return 0;

        Assert.Equal(Outcome(options, program, asked) is null, asked >= smallest.Size.Bytes);
        return 1;
    });

    /// <summary>Against the naive allocator, with each capacity there is.</summary>
    [Fact]
    public void It_gets_through_with_a_byte_less_it_does_not_and_no_other_does_where_more_is_never_worse() => Sample(150, run =>
    {
        var (options, program, _) = run;
        var requests = Told(program);
        if (SmallestCapacity.Find(requests, options.Settings, []) is not { } smallest)
            return 0;
        var plenty = new CachingAllocator(options.Settings with { Capacity = null });
        requests(plenty);
        Assert.InRange(smallest.Size.Bytes, 1, plenty.ReservedPeak.Levels.Reserved.Bytes);

        var ends = Enumerable.Range(0, (int)(plenty.ReservedPeak.Levels.Reserved.Bytes / MiB) + 1).Select(mib => Outcome(options, program, mib * MiB)).ToList();
        var at = (int)(smallest.Size.Bytes / MiB);
        Assert.Equal(0, smallest.Size.Bytes % MiB);
        Assert.Null(ends[at]);
        Assert.Equal(Outcome(options, program, smallest.Size.Bytes - 1), smallest.DecidedIn.Step);
        Assert.NotNull(ends[at - 1]);
        var isNeverWorse = ends.Zip(ends.Skip(1)).All(pair => pair.First is not null || pair.Second is null);
        if (isNeverWorse)
            Assert.Equal(ends.FindIndex(end => end is null), at);
        return isNeverWorse ? 1 : 2;
    });

    [Fact]
    public void Without_requests_or_without_a_limit_that_lets_them_through_there_is_none()
    {
        Assert.Null(SmallestCapacity.Find(_ => { }, new(), []));
        Assert.Null(SmallestCapacity.Find(Told([30]), new() { Limit = new(20 * MiB) }, []));
    }

    private static void Sample(int runs, Func<(NaiveOptions Options, int[] Program, long Asked), int> check)
    {
        var seen = new int[3];
        Gen.Select(RandomOptions.Any, Program, Gen.Long[0, 150 * MiB]).Sample(run => Interlocked.Increment(ref seen[check(run)]), iter: runs);
        // A test of what never comes would test nothing.
        Assert.True(seen[1] + seen[2] > runs / 4, $"{seen[0]} of {runs} have no answer");
    }

    /// <summary>Sizes in MiB that are taken, and below zero one that is given back; of those of one size the oldest.</summary>
    private static Gen<int[]> Program { get; } = Gen.Int[0, 99].Array[4, 24].Select(draws =>
    {
        var (program, live) = (new List<int>(), new List<int>());
        foreach (var draw in draws)
        {
            if (draw < 45 && live.Count > 0)
            {
                var size = live[draw % live.Count];
                live.Remove(size);
                program.Add(-size);
                continue;
            }
            live.Add(1 + (draw % 31));
            program.Add(live[^1]);
        }
        return program.ToArray();
    });

    private static Action<CachingAllocator> Told(int[] program) => allocator =>
    {
        foreach (var (id, size, step) in Requests(program))
            allocator.Add(new(id, size, Tag.Of(Phase.Decode, step, null, Part.Weights, Operation.Linear, (uint)step)));
    };

    /// <summary>The request at which the naive allocator has no memory; null if it gets through.</summary>
    private static int? Outcome(NaiveOptions options, int[] program, long capacity)
    {
        var naive = new NaiveAllocator(options with { Capacity = capacity });
        foreach (var (id, size, step) in Requests(program))
        {
            if (size < 0)
                naive.Free(id);
            else if (!naive.Allocate(id, size))
                return step;
        }
        return null;
    }

    private static IEnumerable<(ulong Id, long Size, int Step)> Requests(int[] program)
    {
        var live = new List<(int Size, ulong Id)>();
        foreach (var (i, size) in program.Index())
        {
            if (size > 0)
                live.Add((size, (ulong)i + 1));
            var known = live.First(block => block.Size == Math.Abs(size) && (size < 0 || block.Id == (ulong)i + 1));
            if (size < 0)
                live.Remove(known);
            yield return (known.Id, size * MiB, i);
        }
    }
}
