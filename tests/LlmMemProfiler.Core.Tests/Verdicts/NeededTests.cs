using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;

namespace LlmMemProfiler.Core.Tests.Verdicts;

public class NeededTests
{
    /// <summary>By the definitions; the margin is to the size that decides.</summary>
    [Theory]
    [InlineData(10, 20, 30, 31, "fits", 1)]
    [InlineData(10, 20, 30, 30, "fits", 0)]
    [InlineData(10, 20, 30, 29, "likely", 9)]
    [InlineData(10, 20, 30, 20, "likely", 0)]
    [InlineData(10, 20, 30, 19, "unlikely", -1)]
    [InlineData(10, 20, 30, 10, "unlikely", -10)]
    [InlineData(10, 20, 30, 9, "no", -1)]
    [InlineData(20, 20, 20, 20, "fits", 0)]
    [InlineData(20, 20, 20, 19, "no", -1)]
    [InlineData(10, 20, null, 1000, "likely", 980)]
    [InlineData(10, 20, null, 15, "unlikely", -5)]
    [InlineData(10, null, null, 15, "depends", 5)]
    [InlineData(10, null, null, 10, "depends", 0)]
    [InlineData(10, null, null, 9, "no", -1)]
    public void The_bounds_decide(int low, int? value, int? high, int capacity, string verdict, int margin)
    {
        var seen = new Needed(new(low), value is { } v ? new(v) : null, high is { } h ? new(h) : null).In(new(capacity));

        Assert.Equal((verdict, margin), (seen.Verdict.Name(), seen.Margin.Bytes));
    }
}
