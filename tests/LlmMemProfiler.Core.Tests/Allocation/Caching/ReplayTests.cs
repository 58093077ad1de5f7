using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class ReplayTests
{
    private static readonly Target H100 = Targets.Find("h100", 2, _ => null);

    public static TheoryData<string, string, string> Ways => new()
    {
        { "gpt2", "fp16", "preallocated" },
        { "gpt2", "fp32", "concat" },
        { "tiny-gqa", "int8", "paged" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_symbolic_stream_gives_the_estimates_numbers(string name, string dtype, string cache)
    {
        var (model, workload) = (ModelPresets.Find(name), WorkloadOf(dtype, cache));
        var estimate = SimulatedEstimator.Estimate(model, workload, H100);

        var replay = Replay.Of(sink => Symbolic(model, workload, sink), H100.Allocator!);

        var allocator = replay.Allocator;
        Assert.True(replay.KnowsRequests);
        Assert.Equal((estimate.AllocatedPeak, estimate.ReservedPeak), (allocator.AllocatedPeak.Levels.Allocated, allocator.ReservedPeak.Levels.Reserved));
        Assert.Equal(estimate.Parts.Known.Where(p => p.Part != Part.Slack), allocator.AllocatedPeak.Account.Known.Where(p => p.Part != Part.Slack));
        Assert.Equal(estimate.Parts.Total, estimate.ReservedPeak);
        Assert.Equal(
            estimate.Phases.Select(p => (p.Phase, p.AllocatedPeak, p.ReservedPeak)),
            allocator.Steps.Where(s => s.Phase != Phase.Init).GroupBy(s => s.Phase).Select(p => ReplayPhase.Of([.. p]))
                .Select(p => (p.Phase, (ByteSize?)p.Peak.Allocated, (ByteSize?)p.Peak.Reserved)));
    }

    /// <summary>The plain CPU kernels' scratch is alive at the peak of the scores.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void The_map_at_a_peak_holds_what_the_account_says_part_by_part(string name, string dtype, string cache)
    {
        var (model, workload) = (ModelPresets.Find(name), WorkloadOf(dtype, cache) with { Prompt = 70 });
        var replay = Replay.Of(sink => SymbolicRun.Decode(model, workload, sink, new CpuKernels(2)), new());

        foreach (var moment in (AllocatorMoment[])[replay.Allocator.AllocatedPeak, replay.Allocator.ReservedPeak])
        {
            var map = replay.MapAt(moment);
            var blocks = map.Segments.SelectMany(s => s.Blocks).ToList();
            Assert.Equal(moment.Levels.Reserved.Bytes, map.Segments.Sum(s => s.Size.Bytes));
            foreach (var part in Parts.All.Take(Parts.Owners))
                Assert.Equal(moment.Account[part]!.Value.Bytes, blocks.Where(b => b.Owner == part).Sum(b => b.Requested.Bytes));
            Assert.Equal(moment.Account[Part.Rounding]!.Value.Bytes, blocks.Where(b => b.Id is not null).Sum(b => (b.Size - b.Requested).Bytes));
            Assert.Equal(moment.Account[Part.Slack]!.Value.Bytes, blocks.Where(b => b.Id is null).Sum(b => b.Size.Bytes));
        }
    }

    [Fact]
    public void Scratch_that_is_alive_at_the_peak_belongs_to_the_workspace_in_the_map()
    {
        AllocationEvent[] stream =
        [
            new(1, 5000, In(Operation.Linear, 1)), new(2, 3000, In(Operation.Linear, 1)), new(2, -3000, In(Operation.Linear, 1)),
            new(1, -5000, In(Operation.Gelu, 3)),
        ];
        var replay = Replay.Of(sink => Array.ForEach(stream, e => sink.Add(e)), new());

        Assert.Equal(
            [(1UL, Part.Activations), (2UL, Part.Workspace)],
            replay.MapAt(replay.Allocator.AllocatedPeak).Segments.Single().Blocks.Where(b => b.Id is not null).Select(b => (b.Id!.Value, b.Owner!.Value)));
        Assert.False(replay.KnowsRequests);
    }

    [Fact]
    public void Blocks_that_an_allocator_told_are_replayed_as_the_requests_behind_them()
    {
        var (requests, blocks) = (new Recording(), new Recording());
        SymbolicRun.Decode(ModelPresets.Find("tiny"), WorkloadOf("fp16", "concat"), requests);
        var first = new CachingAllocator(new(), blocks);
        requests.Events.ForEach(e => first.Add(e));

        var again = Replay.Of(sink => blocks.Events.ForEach(e => sink.Add(e)), new()).Allocator;

        Assert.NotEqual(requests.Events.Sum(e => Math.Abs(e.Size)), blocks.Events.Sum(e => Math.Abs(e.Size)));
        Assert.Equal(first.Levels, again.Levels);
        Assert.Equal(first.ReservedPeak.Account.Known, again.ReservedPeak.Account.Known);
    }

    [Fact]
    public void Each_step_tells_its_own_rounding_and_slack_and_what_is_left()
    {
        var allocator = new CachingAllocator();
        allocator.Allocate(1, 11 * MiB, Step(0));
        allocator.Allocate(2, 1000, Step(1));
        allocator.Free(1, Step(1));
        allocator.Free(2, Step(2));

        Assert.Equal(
            [(MiB, 0L, 12 * MiB), (MiB + 24, (14 * MiB) - 1024, 1024L), (24L, 14 * MiB, 0L)],
            allocator.Steps.Select(s => (s.RoundingPeak.Bytes, s.SlackPeak.Bytes, s.AtEnd.Allocated.Bytes)));

        static Tag Step(int step) => Tag.Of(Phase.Decode, step, null, Part.Weights, Operation.None, 0);
    }

    /// <summary>30 MiB are taken and given back, then 12: what happens in between to the free segment decides where they come from.</summary>
    [Theory]
    [InlineData("nothing", 30, 1, 0)]
    [InlineData("empty_cache", 12, 1, 0)]
    [InlineData("segment_free 30", 12, 1, 0)]
    [InlineData("segment_free 12", 30, 1, 1)]
    public void A_cache_that_the_program_emptied_is_empty(string done, long reserved, int segments, long inUse)
    {
        var replay = Replay.Of(
            sink =>
            {
                sink.Add(new(1, 30 * MiB, default));
                sink.FreeSegment(31 * MiB);
                sink.Add(new(1, -30 * MiB, default));
                if (done == "empty_cache")
                    sink.EmptyCache();
                else if (done != "nothing")
                    sink.FreeSegment(long.Parse(done.Split(' ')[1], CultureInfo.InvariantCulture) * MiB);
                sink.Add(new(2, 12 * MiB, default));
            },
            new());

        // That of 31 MiB was never there.
        Assert.Equal((reserved * MiB, inUse + 1), (replay.Allocator.Levels.Reserved.Bytes, replay.Allocator.SegmentsInUse));
        Assert.Equal(30 * MiB, replay.Allocator.ReservedPeak.Levels.Reserved.Bytes);
        Assert.Equal(segments, replay.MapAt(replay.Allocator.AllocatedPeak with { Event = 3 }).Segments.Count);
        Assert.Equal(reserved * MiB, replay.MapAt(replay.Allocator.AllocatedPeak with { Event = 3 }).Segments.Sum(s => s.Size.Bytes));
        // Before that event the cache was full.
        Assert.Equal(30 * MiB, replay.MapAt(replay.Allocator.AllocatedPeak with { Event = 2 }).Segments.Sum(s => s.Size.Bytes));
    }

    [Fact]
    public void Of_several_free_segments_of_a_size_one_goes_and_none_that_is_in_use()
    {
        var allocator = new CachingAllocator();
        foreach (var id in (ulong[])[1, 2, 3])
            allocator.Allocate(id, 12 * MiB);
        allocator.Allocate(4, 2 * MiB);
        allocator.Free(1);
        allocator.Free(3);

        allocator.FreeSegment(12 * MiB);
        Assert.Equal((44 * MiB, 0), (allocator.Levels.Reserved.Bytes, allocator.SegmentsInUse));
        allocator.FreeSegment(12 * MiB);
        allocator.FreeSegment(12 * MiB);
        // A free block of that size in a split segment is no segment.
        allocator.FreeSegment(18 * MiB);
        Assert.Equal((32 * MiB, 2), (allocator.Levels.Reserved.Bytes, allocator.SegmentsInUse));
    }

    [Fact]
    public void Without_events_there_is_nothing_to_show()
    {
        var replay = Replay.Of(_ => { }, new());

        Assert.Empty(replay.MapAt(replay.Allocator.ReservedPeak).Segments);
        Assert.Empty(replay.Allocator.Steps);
    }

    private static void Symbolic(ModelSpec model, Workload workload, IAllocationSink sink) =>
        SymbolicRun.Through(sink, model, workload, H100.Kernels, () => { });

    private static Workload WorkloadOf(string dtype, string cache) => new()
    {
        Batch = 2,
        Prompt = 9,
        NewTokens = 4,
        Type = DataTypes.OfWeights[dtype],
        Cache = Enum.Parse<CachePolicy>(cache, ignoreCase: true),
    };

    private static Tag In(Operation operation, uint sequence) => Tag.Of(Phase.Prefill, 0, 0, Part.Activations, operation, sequence);
}
