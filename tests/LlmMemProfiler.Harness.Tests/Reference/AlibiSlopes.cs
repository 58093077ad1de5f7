using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>The slope of each head.</summary>
/// <remarks>
/// Press et al. (2021): a geometric series for a power of two; for other numbers of heads that of the power below, then every other one
/// of the power above.
/// </remarks>
internal static class AlibiSlopes
{
    public static double[] Of(Alibi alibi, int heads)
    {
        var below = (int)Math.Pow(2, Math.Floor(Math.Log2(heads)));
        return [.. Series(below).Concat(Series(2 * below).Where((_, index) => index % 2 == 0)).Take(heads).Select(slope => slope * alibi.Scale)];

        IEnumerable<double> Series(int count) => Enumerable.Range(1, count).Select(head => Math.Pow(2, -alibi.LargestBias * head / count));
    }
}
