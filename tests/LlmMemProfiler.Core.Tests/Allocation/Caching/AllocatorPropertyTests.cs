using CsCheck;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class AllocatorPropertyTests
{
    [Fact]
    public void Blocks_fill_their_segments_without_gap_or_overlap_and_free_neighbours_are_merged() => Each(allocator =>
    {
        var map = allocator.Map().Segments;
        foreach (var segment in map)
        {
            foreach (var (block, next) in segment.Blocks.Zip(segment.Blocks.Skip(1)))
                Assert.False(block.Id is null && next.Id is null);
            Assert.Equal(segment.Size.Bytes, segment.Blocks.Sum(b => b.Size.Bytes));
            Assert.All(segment.Blocks, b => Assert.True(b.Size.Bytes >= 512 && b.Size.Bytes % 512 == 0 && b.Requested <= b.Size));
        }
        foreach (var (segment, next) in map.Zip(map.Skip(1)))
            Assert.True(segment.Address + segment.Size.Bytes <= next.Address);
        Assert.Equal(allocator.Levels.Reserved.Bytes, map.Sum(s => s.Size.Bytes));
        Assert.Equal(
            (allocator.Levels.Requested.Bytes, allocator.Levels.Allocated.Bytes),
            (Sum(map, b => b.Requested.Bytes), Sum(map, b => b.Id is null ? 0 : b.Size.Bytes)));
    });

    [Fact]
    public void Levels_are_ordered_peaks_are_highest_and_bounds_hold() => Each(allocator =>
    {
        var now = allocator.Levels;
        var (allocated, reserved) = (allocator.AllocatedPeak.Levels.Allocated, allocator.ReservedPeak.Levels.Reserved);

        Assert.True(now.Requested <= now.Allocated && now.Allocated <= now.Reserved);
        Assert.True(now.Allocated <= allocated && now.Reserved <= reserved);
        Assert.False(reserved > allocator.Settings.Capacity);
        // Pages may be larger than the segment that the fraction is held against, as upstream.
        Assert.False(reserved > allocator.Settings.Limit && !allocator.Settings.ExpandableSegments);
        foreach (var moment in (AllocatorMoment[])[allocator.AllocatedPeak, allocator.ReservedPeak])
        {
            Assert.Equal(moment.Levels.Reserved, moment.Account.Total);
            Assert.All(moment.Account.Known, p => Assert.True(p.Size.Bytes >= 0));
        }
        // Emptying the cache lowers the level between the steps' events, so nothing but the whole is compared.
        Assert.Equal(allocated.Bytes, allocator.Steps.Select(s => s.Peaks.Allocated.Bytes).DefaultIfEmpty().Max());
        Assert.Equal(reserved.Bytes, allocator.Steps.Select(s => s.Peaks.Reserved.Bytes).DefaultIfEmpty().Max());
    });

    [Fact]
    public void The_same_requests_give_the_same_result_looked_at_or_not() => RandomRequests.Any.Sample(
        run =>
        {
            var (whole, watched) = (new Driver(run.Options.Settings), new Driver(run.Options.Settings));
            foreach (var move in run.Moves)
                whole.Make(move);
            foreach (var move in run.Moves)
            {
                watched.Make(move);
                _ = (watched.Allocator.Steps, watched.Allocator.Levels, watched.Allocator.AllocatedPeak, watched.Map());
            }

            Assert.Equal(whole.Map(), watched.Map());
            Assert.Equal((whole.Allocator.Levels, whole.Allocator.Retries), (watched.Allocator.Levels, watched.Allocator.Retries));
            Assert.Equal(whole.Allocator.Steps, watched.Allocator.Steps);
            Assert.Equal(whole.Allocator.ReservedPeak.ToString(), watched.Allocator.ReservedPeak.ToString());
        },
        iter: 1_000);

    [Fact]
    public void When_all_is_freed_and_the_cache_is_empty_nothing_is_held() => RandomRequests.Any.Sample(
        run =>
        {
            var driver = new Driver(run.Options.Settings);
            foreach (var move in run.Moves)
                driver.Make(move);
            foreach (var id in driver.Live.Values)
                driver.Allocator.Free(id);
            Assert.Equal(0, driver.Allocator.Levels.Allocated.Bytes);

            driver.Allocator.EmptyCache();

            Assert.Empty(driver.Allocator.Map().Segments);
            Assert.Equal(default, driver.Allocator.Levels);
        },
        iter: 1_000);

    private static void Each(Action<CachingAllocator> check) => RandomRequests.Any.Sample(
        run =>
        {
            var driver = new Driver(run.Options.Settings);
            foreach (var (i, move) in run.Moves.Index())
            {
                driver.Make(move);
                if (i % 10 == 0)
                    check(driver.Allocator);
            }
            check(driver.Allocator);
        },
        iter: 1_000);

    private static long Sum(IEnumerable<MappedSegment> map, Func<MappedBlock, long> of) => map.Sum(s => s.Blocks.Sum(of));
}
