using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Warnings where a profile is applied beyond its calibration, over many points.</summary>
/// <param name="profile">The profile.</param>
public sealed class ProfileWarnings(HardwareProfile profile)
{
    private readonly Dictionary<string, int> counts = [];
    private int points;

    /// <summary>Each warning once, with its number of points.</summary>
    public IEnumerable<string> Lines => counts.Select(c => c.Value == points ? c.Key : $"{c.Key} ({c.Value} of {points} points)");

    /// <summary>Checks one more point.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="workload">Its workload.</param>
    /// <param name="hardware">Where it was measured; null if unknown.</param>
    public void Add(ModelFacts model, WorkloadFacts workload, HardwareKey? hardware)
    {
        points++;
        foreach (var warning in ProfileApplication.Warnings(profile, model, workload, hardware))
            counts[warning] = counts.GetValueOrDefault(warning) + 1;
    }
}
