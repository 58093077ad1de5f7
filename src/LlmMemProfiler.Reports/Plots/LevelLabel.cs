namespace LlmMemProfiler.Reports.Plots;

/// <summary>Predictions of one kind that are too close for separate lines, and their two-line label.</summary>
internal sealed record LevelLabel(IReadOnlyList<PredictedLevel> Levels, SizeScale Scale)
{
    /// <summary>Lines closer than this fraction of the axis look like one.</summary>
    private const double Near = 0.01;

    /// <summary>The most detailed estimate: the one whose line is drawn.</summary>
    public PredictedLevel Drawn => Levels[^1];

    /// <summary>For example, 'analytic = simulated'; '≈' if the numbers differ.</summary>
    public string Names => string.Join(Numbers.Count == 1 ? " = " : " ≈ ", Levels.Select(l => l.Estimator));

    /// <summary>For example, 'tensor peak 688.1 MiB'.</summary>
    public string What => $"{Drawn.Kind} {string.Join(" | ", Numbers)} {Scale.Name}";

    private IReadOnlyList<string> Numbers => [.. Levels.Select(l => Scale.Number(l.Size)).Distinct()];

    /// <summary>Groups levels that coincide.</summary>
    /// <param name="levels">In estimator order.</param>
    /// <param name="top">The upper end of the axis, in bytes.</param>
    /// <param name="scale">Unit of the axis.</param>
    public static IReadOnlyList<LevelLabel> Group(IEnumerable<PredictedLevel> levels, double top, SizeScale scale)
    {
        var groups = new List<List<PredictedLevel>>();
        foreach (var level in levels)
        {
            var near = groups.Find(g => g[0].Kind == level.Kind && Math.Abs((double)(g[0].Size.Bytes - level.Size.Bytes)) < Near * top);
            if (near is null)
                groups.Add([level]);
            else
                near.Add(level);
        }
        return [.. groups.Select(g => new LevelLabel(g, scale))];
    }
}
