namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>What one query makes of the values before it.</summary>
internal static class SoftmaxLoops
{
    /// <param name="scores">Of the tokens that it attends to, in their order.</param>
    /// <param name="values">Theirs.</param>
    /// <param name="sink">A score that has no value; null if there is none.</param>
    public static double[] Mixed(IReadOnlyList<double> scores, IReadOnlyList<double[]> values, double? sink)
    {
        var shares = Loops.Softmax(sink is { } score ? [.. scores, score] : scores);
        var mixed = new double[values[0].Length];
        for (var token = 0; token < scores.Count; token++)
        {
            for (var i = 0; i < mixed.Length; i++)
                mixed[i] += shares[token] * values[token][i];
        }
        return mixed;
    }
}
