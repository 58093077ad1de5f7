using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A request for a sweep.</summary>
/// <param name="Plan">The plan, whole until <see cref="On"/>.</param>
/// <param name="Shard">The shard; null for the whole plan.</param>
/// <param name="Devices">As typed.</param>
/// <param name="Libtorch">As typed.</param>
/// <param name="Folder">The results folder.</param>
/// <param name="Resume">True to skip finished points.</param>
/// <param name="RetryFailed">True to retry failures and timeouts.</param>
/// <param name="DryRun">True to measure nothing.</param>
/// <param name="NoSkip">True to measure points that cannot fit, too.</param>
/// <param name="AllowBusy">True if other processes may be using the GPU.</param>
/// <param name="Repeats">Number of measurements per point.</param>
/// <param name="Limit">Time limit per measurement.</param>
public sealed record SweepRequest(
    SweepPlan Plan, Shard? Shard, string Devices, string? Libtorch, string Folder, bool Resume, bool RetryFailed, bool DryRun, bool NoSkip,
    bool AllowBusy, int Repeats, TimeSpan Limit)
{
    /// <summary>The request with this shard's points of the plan for its devices.</summary>
    /// <param name="devices">The devices; the smallest GPU decides what a plan made for its size has.</param>
    public SweepRequest On(IEnumerable<DeviceFacts> devices)
    {
        var smallest = devices.MinBy(device => device.Total)!;
        var plan = Plan.On(smallest.Kind, smallest.Total);
        return this with { Plan = Shard is null ? plan : plan.Share(Shard) };
    }

    /// <summary>The results file's name; each shard has its own.</summary>
    public string FileName => Shard?.FileName ?? ResultsFile.Name;
}
