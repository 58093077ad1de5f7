using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

public class ContradictionTests
{
    [Fact]
    public void A_block_is_not_taken_twice() =>
        Contradicts("block ab is allocated twice", s => s.Take(0xab, 10).Take(0xab, 10));

    [Fact]
    public void A_block_is_not_taken_twice_within_an_operation() =>
        Contradicts("block ab is allocated twice", s => s.Within(Operation.Linear, o => o.Take(0xab, 10).Take(0xab, 10)));

    [Fact]
    public void A_block_that_was_never_taken_is_not_freed() => Contradicts("never allocated", s => s.Free(0xab, 10));

    [Fact]
    public void A_block_is_not_freed_twice()
    {
        Contradicts("never allocated", s => s.Take(1, 10).Free(1, 10).Free(1, 10));
        Contradicts("never allocated", s => s.Within(Operation.Linear, o => o.Take(1, 10).Free(1, 10).Free(1, 10)));
    }

    [Fact]
    public void A_free_gives_back_the_whole_block()
    {
        Contradicts("block ab of 10 bytes is freed as 9 bytes", s => s.Take(0xab, 10).Free(0xab, 9));
        Contradicts(
            "block ab of 10 bytes is freed as 9 bytes",
            s => s.Within(Operation.Linear, o => o.Take(0xab, 10).Free(0xab, 9)));
    }

    [Fact]
    public void The_error_says_where_it_happened() =>
        Contradicts(
            "in decode step 3, Softmax (activations)",
            s => s.Enter(Phase.Decode, 3).Within(Operation.Softmax, o => o.Free(1, 10)));

    private static void Contradicts(string naming, Action<Story> lines)
    {
        var e = Assert.Throws<TraceException>(() =>
        {
            var story = new Story();
            lines(story);
            story.End();
        });
        Assert.Contains(naming, e.Message, StringComparison.Ordinal);
    }
}
