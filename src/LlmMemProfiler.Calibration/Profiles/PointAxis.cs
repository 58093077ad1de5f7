using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A direction in which a prediction can leave what was calibrated.</summary>
/// <param name="Name">Its name in profiles.</param>
/// <param name="Words">What its largest value is called, for example 'longest decode'.</param>
/// <param name="Of">A point's value.</param>
public sealed record PointAxis(string Name, string Words, Func<ModelFacts, WorkloadFacts, long> Of)
{
    public static IReadOnlyList<PointAxis> All { get; } =
    [
        new("parameters", "largest model", (m, _) => m.Parameters),
        new("batch", "largest batch", (_, w) => w.Batch),
        new("prompt", "longest prompt", (_, w) => w.Prompt),
        new("new_tokens", "longest decode", (_, w) => w.NewTokens),
    ];

    /// <summary>What the end of an axis is called.</summary>
    public static string WordsOf(string axis) => All.FirstOrDefault(a => a.Name == axis)?.Words ?? axis;
}
