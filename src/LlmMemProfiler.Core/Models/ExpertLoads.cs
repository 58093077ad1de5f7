using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Models;

/// <summary>How many rows of a pass each expert gets: the router decides it at run time, and it decides how large tensors are.</summary>
public abstract class ExpertLoads
{
    /// <summary>All as many, up to one: no expert's tensors can be smaller.</summary>
    public static ExpertLoads Balanced { get; } = new BalancedLoads();

    /// <summary>All rows to the same experts: no expert's tensors can be larger.</summary>
    public static ExpertLoads Worst { get; } = new WorstLoads();

    /// <summary>True if layers that are alike get the same.</summary>
    public virtual bool IsSameInEachLayer => false;

    /// <summary>Rows of each expert; together rows · picked.</summary>
    /// <param name="place">The pass and the layer.</param>
    /// <param name="rows">Rows of the pass.</param>
    /// <param name="experts">Number of experts.</param>
    /// <param name="picked">Experts that each row goes to.</param>
    public abstract IReadOnlyList<long> Counts(Tag place, long rows, int experts, int picked);

    private sealed class BalancedLoads : ExpertLoads
    {
        public override bool IsSameInEachLayer => true;

        public override IReadOnlyList<long> Counts(Tag place, long rows, int experts, int picked)
        {
            var (each, more) = Math.DivRem(checked(rows * picked), experts);
            var counts = new long[experts];
            for (var expert = 0; expert < experts; expert++)
                counts[expert] = expert < more ? each + 1 : each;
            return counts;
        }
    }

    private sealed class WorstLoads : ExpertLoads
    {
        public override bool IsSameInEachLayer => true;

        public override IReadOnlyList<long> Counts(Tag place, long rows, int experts, int picked)
        {
            var counts = new long[experts];
            Array.Fill(counts, rows, 0, picked);
            return counts;
        }
    }
}
