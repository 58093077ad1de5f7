using CsCheck;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class ReferenceTests
{
    [Fact]
    public void The_simulator_says_what_the_naive_allocator_says() =>
        RandomRequests.Any.Sample(run => Compare(run.Options, run.Moves, mapEvery: 20), iter: 1_000);

    [Theory]
    [InlineData(100_000, 100, false)]
    [InlineData(10_000, 1_500, false)]
    [InlineData(10_000, 500, true)]
    public void The_simulator_says_what_the_naive_allocator_says_of_a_long_stream(int moves, int slots, bool expandable) =>
        RandomRequests.Long(moves, slots).Sample(
            stream => Compare(new(new(2, 10), 200 * ByteSize.MiB) { Expandable = expandable, Capacity = 100 * ByteSize.MiB }, stream, 1_000),
            iter: 1);

    private static void Compare(NaiveOptions options, List<RandomRequests.Move> moves, int mapEvery)
    {
        var naive = new NaiveAllocator(options);
        var driver = new Driver(options.Settings, naive);
        var allocator = driver.Allocator;
        for (var i = 0; i < moves.Count; i++)
        {
            driver.Make(moves[i]);
            Assert.Equal(naive.Reserved, allocator.Levels.Reserved.Bytes);
            if (i % mapEvery == 0 || i == moves.Count - 1)
            {
                Assert.Equal((naive.Requested, naive.Allocated), (allocator.Levels.Requested.Bytes, allocator.Levels.Allocated.Bytes));
                Assert.Equal(naive.Map(), driver.Map());
            }
        }
        Assert.Equal((naive.Retries, naive.OutOfMemories), (allocator.Retries, driver.OutOfMemories));
        Assert.Equal(naive.ReservedPeak, allocator.ReservedPeak.Levels.Reserved.Bytes);
    }
}
