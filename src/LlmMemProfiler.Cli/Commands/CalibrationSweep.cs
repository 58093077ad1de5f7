using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Commands;

/// <summary>The measuring half of <c>llmmem calibrate</c> without results: runs a plan into a folder, resuming an earlier sweep.</summary>
internal static class CalibrationSweep
{
    /// <summary>The folder of its records, next to the profile fitted to them.</summary>
    public static string FolderFor(string? profile) =>
        profile is null ? "calibration" : Path.GetDirectoryName(Path.GetFullPath(profile)) ?? ".";

    /// <exception cref="OperationCanceledException">Interrupted; measurements so far are kept.</exception>
    /// <exception cref="InputException">The folder cannot be written, or another sweep is using it.</exception>
    public static void Execute(SweepPlan plan, string device, string? libtorch, string folder)
    {
        var record = SweepCommand.Execute(new(
            plan, Shard: null, device, libtorch, folder,
            Resume: true, RetryFailed: false, DryRun: false, NoSkip: false, AllowBusy: false, Repeats: 1, Limit: TimeSpan.FromSeconds(600)));
        if (record.Interrupted)
            throw new OperationCanceledException();
    }
}
