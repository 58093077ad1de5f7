using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Where a profile is applied to what it was not made for, over many points.</summary>
/// <param name="profile">The profile.</param>
public sealed class ProfileWarnings(HardwareProfile profile)
{
    private readonly Dictionary<string, int> counts = [];
    private int points;

    /// <summary>Each kind of warning once, with the number of points that it holds for.</summary>
    public IEnumerable<string> Lines => counts.Select(c => c.Value == points ? c.Key : $"{c.Key} ({c.Value} of {points} points)");

    /// <summary>Looks at one more point.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="workload">Its workload.</param>
    /// <param name="hardware">Where it was measured; null where that is not known.</param>
    public void Add(ModelFacts model, WorkloadFacts workload, HardwareKey? hardware)
    {
        points++;
        foreach (var warning in ProfileApplication.Warnings(profile, model, workload, hardware))
            counts[warning] = counts.GetValueOrDefault(warning) + 1;
    }
}
