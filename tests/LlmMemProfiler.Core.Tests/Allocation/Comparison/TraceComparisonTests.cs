using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Comparison;

namespace LlmMemProfiler.Core.Tests.Allocation.Comparison;

/// <summary>Predicted beside measured, operation by operation.</summary>
public class TraceComparisonTests
{
    private readonly List<AllocationEvent> predicted = [];
    private readonly List<AllocationEvent> measured = [];

    [Fact]
    public void Equal_streams_are_equal_whatever_the_blocks_addresses()
    {
        Both(Operation.Linear, 1, (1, 100), (2, 50), (2, -50));
        Both(Operation.None, 2, (1, -100));

        var facts = Compare();
        Assert.Equal((2, 4, 4, 4, 0, 0), (facts.Operations, facts.PredictedEvents, facts.MeasuredEvents, facts.EqualEvents, facts.TensorDifferences, facts.Differences));
        Assert.Empty(facts.First);
    }

    [Fact]
    public void Scratch_that_nobody_expected_is_a_difference_but_none_in_tensors()
    {
        Expect(Operation.Linear, 1, (1, 100));
        See(Operation.Linear, 1, (1, 100), (7, 4096), (7, -4096));

        var facts = Compare();
        Assert.Equal((0, 1, 0), (facts.TensorDifferences, facts.Differences, facts.EqualEvents));
        var difference = Assert.Single(facts.First);
        Assert.False(difference.InTensors);
        Assert.Equal("decode step 3, layer 5, Linear (activations): expected +100 B, measured +100 +4,096 −4,096 B", difference.ToString());
    }

    [Fact]
    public void A_difference_does_not_shift_what_follows()
    {
        Expect(Operation.Linear, 1, (1, 100));
        See(Operation.Linear, 1, (1, 96));
        See(Operation.Gelu, 3, (2, 30));
        Both(Operation.Add, 5, (3, 10), (4, 20));
        Expect(Operation.Softmax, 7, (5, 60));
        Both(Operation.None, 8, (3, -10), (4, -20));

        var facts = Compare();
        Assert.Equal((5, 3, 3, 4), (facts.Operations, facts.Differences, facts.TensorDifferences, facts.EqualEvents));
        Assert.Equal([[100], [], [60]], facts.First.Select(d => d.ExpectedBytes));
        Assert.Equal([[96], [30], []], facts.First.Select(d => d.SeenBytes));
        Assert.Contains("expected nothing, measured +30 B", facts.First[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Freeing_another_block_of_the_same_size_is_a_difference()
    {
        Both(Operation.Linear, 1, (1, 100));
        Both(Operation.Linear, 3, (2, 100));
        Expect(Operation.None, 4, (1, -100));
        See(Operation.None, 4, (2, -100));

        var facts = Compare();
        Assert.Equal((1, 1), (facts.TensorDifferences, facts.Differences));
        Assert.EndsWith("measured the same sizes, but another block was freed", facts.First[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_unexpected_block_the_others_still_belong_together()
    {
        Expect(Operation.Linear, 1, (1, 100), (2, 50));
        See(Operation.Linear, 1, (9, 8), (1, 100), (2, 50));
        Both(Operation.None, 2, (2, -50), (1, -100));

        Assert.Equal(1, Compare().Differences);
    }

    [Fact]
    public void Differences_alike_are_counted_and_only_the_first_kinds_are_kept()
    {
        for (var i = 0; i < 20; i++)
        {
            for (var repeat = 0; repeat <= i; repeat++)
            {
                Expect(Operation.Linear, (2 * predicted.Count) + 1, ((ulong)predicted.Count + 1, 100));
                See(Operation.Linear, (2 * measured.Count) + 1, ((ulong)measured.Count + 1, 100 + 1 + i));
            }
        }

        var facts = Compare();
        Assert.Equal(210, facts.Differences);
        Assert.Equal(16, facts.First.Count);
        Assert.Equal(Enumerable.Range(1, 16).Select(n => (long)n), facts.First.Select(d => d.Count));
    }

    [Fact]
    public void Of_a_run_that_ended_early_the_rest_is_not_missed()
    {
        Both(Operation.Linear, 1, (1, 100));
        Expect(Operation.Linear, 3, (2, 100));

        Assert.Equal(0, Compare(isComplete: false).Differences);
        Assert.Equal(1, Compare().Differences);
    }

    [Fact]
    public void Frees_on_the_way_out_of_a_run_that_ended_early_are_no_differences()
    {
        Both(Operation.Linear, 1, (1, 100), (2, 50));
        Both(Operation.None, 2, (2, -50));
        Both(Operation.Linear, 3, (3, 7), (4, 8));
        // The third operation was to free one block, allocate another, and was refused that.
        Expect(Operation.Gelu, 5, (3, -7), (5, 900));
        See(Operation.Gelu, 5, (3, -7), (4, -8));
        See(Operation.None, 6, (1, -100));

        var facts = Compare(isComplete: false);
        Assert.Equal((0, 6, 6), (facts.Differences, facts.EqualEvents, facts.MeasuredEvents));
        Assert.Equal((2, 108), (facts.Unwinding!.Frees, facts.Unwinding.Size.Bytes));
        Assert.True(Compare().Differences > 0);
        Assert.Null(Compare().Unwinding);
    }

    [Fact]
    public void An_operation_that_was_refused_its_first_block_is_not_missed_either()
    {
        Both(Operation.Linear, 1, (1, 100));
        Expect(Operation.Gelu, 3, (5, 900));
        See(Operation.None, 4, (1, -100));

        var facts = Compare(isComplete: false);
        Assert.Equal((0, 1), (facts.Differences, facts.Unwinding!.Frees));
    }

    [Fact]
    public void What_went_wrong_before_the_way_out_is_a_difference()
    {
        Expect(Operation.Linear, 1, (1, 100), (2, 50), (2, -50));
        See(Operation.Linear, 1, (1, 100), (2, 51), (2, -51));
        Both(Operation.Linear, 3, (3, 7));
        See(Operation.None, 4, (1, -100));

        Assert.Equal((1, 1), (Compare(isComplete: false).Differences, Compare(isComplete: false).Unwinding!.Frees));
    }

    [Fact]
    public void Numbers_of_stretches_go_on_where_the_tags_bits_end()
    {
        Both(Operation.Linear, Tag.LargestSequence - 1, (1, 100));
        Expect(Operation.Linear, Tag.LargestSequence + 2, (2, 7));
        Both(Operation.Add, Tag.LargestSequence + 4, (3, 5));

        var facts = Compare();
        Assert.Equal((1, 2), (facts.Differences, facts.EqualEvents));
    }

    private TraceFacts Compare(bool isComplete = true)
    {
        var comparison = new TraceComparison(measured, isComplete);
        foreach (var e in predicted)
            comparison.Add(e);
        return comparison.Complete();
    }

    private void Both(Operation operation, long sequence, params (ulong Block, long Size)[] events)
    {
        Expect(operation, sequence, events);
        See(operation, sequence, events);
    }

    private void Expect(Operation operation, long sequence, params (ulong Block, long Size)[] events) =>
        predicted.AddRange(events.Select(e => new AllocationEvent(e.Block, e.Size, TagOf(operation, sequence))));

    /// <summary>Measured blocks have other numbers.</summary>
    private void See(Operation operation, long sequence, params (ulong Block, long Size)[] events) =>
        measured.AddRange(events.Select(e => new AllocationEvent(0xFF00 + (e.Block * 16), e.Size, TagOf(operation, sequence))));

    private static Tag TagOf(Operation operation, long sequence) =>
        Tag.Of(Phase.Decode, 3, 5, Part.Activations, operation, unchecked((uint)sequence));
}
