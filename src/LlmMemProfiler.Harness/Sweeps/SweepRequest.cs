using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>What was asked of a sweep.</summary>
/// <param name="Plan">The plan's share that is to be measured here.</param>
/// <param name="Shard">Which share; null for the whole plan.</param>
/// <param name="Devices">As typed.</param>
/// <param name="Libtorch">As typed.</param>
/// <param name="Folder">Where the results go.</param>
/// <param name="Resume">True where finished points are skipped.</param>
/// <param name="RetryFailed">True where those that failed are tried once more.</param>
/// <param name="DryRun">True where nothing is measured.</param>
/// <param name="NoSkip">True where points that cannot fit are measured too.</param>
/// <param name="AllowBusy">True where others may be on the GPU.</param>
/// <param name="Repeats">How often each point is measured.</param>
/// <param name="Limit">How long one may take.</param>
public sealed record SweepRequest(
    SweepPlan Plan, Shard? Shard, string Devices, string? Libtorch, string Folder, bool Resume, bool RetryFailed, bool DryRun, bool NoSkip,
    bool AllowBusy, int Repeats, TimeSpan Limit)
{
    /// <summary>The results file's name: a share has one of its own.</summary>
    public string FileName => Shard?.FileName ?? ResultsFile.Name;
}
