using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Commands;

/// <summary>The measuring half of <c>llmmem calibrate</c> without results: a plan, into a folder, going on where an earlier one ended.</summary>
internal static class CalibrationSweep
{
    /// <summary>Where its records lie, beside the profile that is made of them.</summary>
    public static string FolderFor(string? profile) =>
        profile is null ? "calibration" : Path.GetDirectoryName(Path.GetFullPath(profile)) ?? ".";

    /// <exception cref="OperationCanceledException">It was interrupted; what was measured is kept.</exception>
    /// <exception cref="InputException">The folder cannot be written, or another sweep writes there.</exception>
    public static void Execute(string plan, string device, string? libtorch, string folder)
    {
        var record = SweepCommand.Execute(new(
            SweepPlans.Find(plan), Shard: null, device, libtorch, folder,
            Resume: true, RetryFailed: false, DryRun: false, NoSkip: false, AllowBusy: false, Repeats: 1, Limit: TimeSpan.FromSeconds(600)));
        if (record.Interrupted)
            throw new OperationCanceledException();
    }
}
