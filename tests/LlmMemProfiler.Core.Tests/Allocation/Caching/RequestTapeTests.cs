using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class RequestTapeTests
{
    /// <summary>More than one chunk of 65,536.</summary>
    private const int Count = 140_001;

    [Fact]
    public void It_makes_the_same_requests_again()
    {
        var (tape, first, again) = (new RequestTape(RequestTape.Most), new CachingAllocator(), new CachingAllocator());
        var chunks = new List<(long, long)>();
        foreach (var e in Events())
        {
            tape.Add(e);
            first.Add(e);
        }
        tape.Play(again, (done, all) => chunks.Add((done, all)));

        Assert.True(tape.IsWhole);
        Assert.Equal((first.Levels, first.ReservedPeak.Event), (again.Levels, again.ReservedPeak.Event));
        Assert.Equal(first.Steps, again.Steps);
        Assert.Equal([(1, 3), (2, 3), (3, 3)], chunks);
    }

    [Fact]
    public void It_ends_where_memory_does()
    {
        var tape = new RequestTape(RequestTape.Most);
        foreach (var e in Events())
            tape.Add(e);
        var chunks = 0;
        tape.Play(new(new() { Capacity = new(2 << 20) }), (_, _) => chunks++);
        Assert.Equal(0, chunks);
    }

    [Fact]
    public void A_stream_that_is_too_long_is_not_kept()
    {
        var (tape, allocator) = (new RequestTape(most: 2), new CachingAllocator());
        foreach (var e in Events().Take(2))
            tape.Add(e);
        Assert.True(tape.IsWhole);
        foreach (var e in Events().Skip(2).Take(2))
            tape.Add(e);
        Assert.False(tape.IsWhole);
        tape.Play(allocator, (_, _) => { });
        Assert.Equal(default, allocator.Levels);
    }

    /// <summary>Blocks that grow, each given back when the next has come.</summary>
    private static IEnumerable<AllocationEvent> Events()
    {
        for (var i = 0; i < Count; i++)
        {
            var tag = Tag.Of(Phase.Decode, i >> 13, null, Part.Activations, Operation.Add, (uint)i);
            yield return i % 2 == 0 ? new((ulong)i, 1000 + i, tag) : new((ulong)(i - 1), -(1000 + i - 1), tag, Requested: -(1000 + i - 1));
            if (i == 1)
                yield return new(ulong.MaxValue, 3 << 20, tag);
        }
    }
}
