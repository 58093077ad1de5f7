using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Which experts a token goes to, and with which weights.</summary>
internal static class RouterPicks
{
    /// <param name="routing">How to pick.</param>
    /// <param name="logits">Of each expert.</param>
    /// <param name="picked">How many.</param>
    /// <param name="correction">Added to the scores to pick by, not to the weights; null if there is none.</param>
    public static (int Expert, double Weight)[] Of(Routing routing, double[] logits, int picked, double[]? correction)
    {
        if (routing.Scores == RouterScores.SparseMixer)
            return SparseMixer(logits, picked, routing.Tolerance!.Value);
        var scores = routing.Scores switch
        {
            RouterScores.Softmax => Loops.Softmax(logits),
            RouterScores.Sigmoid => [.. logits.Select(Loops.Sigmoid)],
            _ => logits,
        };
        var best = Best(InBestGroups(routing, correction is null ? scores : scores.Plus(correction)), picked);
        double[] weights = [.. best.Select(expert => scores[expert])];
        if (routing.Scores == RouterScores.SoftmaxOfPicked)
            weights = Loops.Softmax(weights);
        if (routing.IsNormalized)
            weights = weights.Times(1 / weights.Sum());
        return [.. best.Zip(weights.Times(routing.Scale))];
    }

    /// <summary>Scores, without those of groups that are not picked.</summary>
    private static double[] InBestGroups(Routing routing, double[] scores)
    {
        if (routing.Groups == 1)
            return scores;
        var size = scores.Length / routing.Groups;
        double[] groups = [.. scores.Chunk(size).Select(group => group.OrderDescending().Take(routing.BestOfGroup).Sum())];
        var best = Best(groups, routing.PickedGroups);
        return [.. scores.Select((score, expert) => best.Contains(expert / size) ? score : double.NegativeInfinity)];
    }

    private static int[] Best(double[] scores, int count) => [.. Enumerable.Range(0, scores.Length).OrderByDescending(expert => scores[expert]).Take(count)];

    /// <summary>
    /// One after the other: the best, weighed by a softmax over those that are not further below it than 2 · tolerance of the larger
    /// of the two magnitudes; then the same without it.
    /// </summary>
    private static (int Expert, double Weight)[] SparseMixer(double[] logits, int picked, double tolerance)
    {
        double[] left = [.. logits];
        var picks = new List<(int, double)>();
        while (picks.Count < picked)
        {
            var best = left.Max();
            var near = left.Select((logit, expert) =>
                (best - logits[expert]) / Math.Max(Math.Abs(logits[expert]), best) > 2 * tolerance ? double.NegativeInfinity : logit);
            var expert = Array.IndexOf(left, best);
            picks.Add((expert, Loops.Softmax([.. near])[expert]));
            left[expert] = double.NegativeInfinity;
        }
        return [.. picks];
    }
}
