using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

public class WorkloadTests
{
    private static readonly ModelSpec Tiny = ModelPresets.Find("tiny");

    [Theory]
    [InlineData(0, 1, 1, "batch is 0")]
    [InlineData(-1, 1, 1, "batch is -1")]
    [InlineData(1, 0, 1, "prompt is 0")]
    [InlineData(1, 1, 0, "new_tokens is 0")]
    [InlineData(1, 1, int.MinValue, "new_tokens is -2147483648")]
    public void Numbers_start_at_one(int batch, int prompt, int newTokens, string naming)
    {
        var workload = new Workload { Batch = batch, Prompt = prompt, NewTokens = newTokens };

        var e = Assert.ThrowsAny<InputException>(() => workload.ValidatedFor(Tiny));

        Assert.Contains(naming, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_may_fill_the_positions_but_not_pass_them()
    {
        new Workload { Prompt = 100, NewTokens = 28 }.ValidatedFor(Tiny);

        var e = Assert.ThrowsAny<InputException>(() => new Workload { Prompt = 100, NewTokens = 29 }.ValidatedFor(Tiny));

        Assert.Contains("need 129 positions, but tiny has 128", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_numbers_do_not_overflow()
    {
        var workload = new Workload { Prompt = int.MaxValue, NewTokens = int.MaxValue };

        var e = Assert.ThrowsAny<InputException>(() => workload.ValidatedFor(Tiny with { Positions = int.MaxValue }));

        Assert.Contains("4294967294 positions", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_steps_than_tags_can_number_are_refused()
    {
        var endless = Tiny with { Positions = int.MaxValue };
        new Workload { Prompt = 1, NewTokens = Tag.MaximumSteps }.ValidatedFor(endless);

        var e = Assert.ThrowsAny<InputException>(() => new Workload { NewTokens = Tag.MaximumSteps + 1 }.ValidatedFor(endless));

        Assert.Contains("new_tokens is 1048577", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DataType.Int8, DataType.Float16)]
    [InlineData(DataType.Float16, DataType.Float16)]
    [InlineData(DataType.BFloat16, DataType.BFloat16)]
    [InlineData(DataType.Float32, DataType.Float32)]
    public void Weights_in_INT8_are_computed_in_FP16(DataType weights, DataType compute) =>
        Assert.Equal(compute, new Workload { Type = weights }.ComputeType);
}
