using System.CommandLine;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;
using LlmMemProfiler.Reports;

namespace LlmMemProfiler.Cli.Commands;

/// <summary>
/// The measuring half of <c>llmmem calibrate</c> without results: runs a plan into a folder, where an earlier one was left. All that
/// could make the fit fail and can be known before is checked before.
/// </summary>
/// <param name="request">The sweep; resumed.</param>
/// <param name="file">The profile's file as given; null for the default.</param>
internal sealed class CalibrationSweep(SweepRequest request, string? file)
{
    private const string DefaultFolder = "calibration";

    private ProfileFile? profile;
    private ReportFolder? report;

    /// <summary>Where the profile goes, once <see cref="Execute"/> has begun.</summary>
    public ProfileFile Profile => profile!;

    public ReportFolder Report => report!;

    /// <summary>The folder of its records, next to the profile fitted to them.</summary>
    public static string FolderFor(string? profile) =>
        profile is null ? DefaultFolder : Path.GetDirectoryName(Path.GetFullPath(profile)) ?? ".";

    /// <exception cref="OperationCanceledException">Interrupted; measurements so far are kept.</exception>
    /// <exception cref="DeviceException">The device was lost; likewise.</exception>
    /// <exception cref="InputException">It cannot end in a profile, the folder cannot be written, or another sweep is using it.</exception>
    public SweepRecord Execute()
    {
        var record = SweepCommand.Execute(request, (sweep, facts) =>
        {
            var counts = Require(sweep, facts);
            profile = ProfileFile.Open(file ?? Path.Combine(request.Folder, HardwareProfiles.FileName));
            report = ReportFolder.Open(Path.Combine(request.Folder, "report"));
            ShowPromise(counts);
        });
        if (record.DeviceLost is { } lost)
            throw new DeviceException($"{lost}; {record.Results} keeps what was measured, and the same command goes on from there");
        if (!record.Interrupted)
            return record;
        Terminal.Say($"{record.Results} keeps what was measured; the same command goes on from there");
        throw new OperationCanceledException();
    }

    /// <summary>Shows what would be measured.</summary>
    public int Show(ParseResult parsed, bool isJson)
    {
        var record = SweepCommand.Execute(request, (sweep, facts) => ShowPromise(Require(sweep, facts)));
        if (isJson)
            JsonOption.Print(parsed.InvocationConfiguration.Output, record);
        else
            SweepSummary.Show(record);
        return ExitCode.Done;
    }

    private SplitCounts Require(SweepState sweep, WorkerFacts facts)
    {
        if (facts.Device.Kind == DeviceKind.Virtual)
            throw new InputException("--device: a virtual GPU has no device total to fit constants to; must be a real device ('llmmem sweep' takes both)");
        var earlier = Directory.Exists(request.Folder) && ResultsFile.In(request.Folder) is { Count: > 0 } files
            ? CalibrationInput.ReadFiles(files, isSkipping: false)
            : null;
        if (earlier?.Hardware?.DifferencesFrom(HardwareKey.Of(facts.Device, facts.Host, facts.Device.Kind.Measured())) is [var difference, ..])
        {
            throw new InputException(
                $"--out: the results in {request.Folder} come from another machine or setting ({difference}); must be a folder without such results");
        }
        var measured = earlier?.Points.Where(p => p.IsComplete).Select(p => (p.PointId, p.Model, p.Workload)) ?? [];
        List<(string Id, ModelFacts Model, WorkloadFacts Workload)> points =
            [.. measured, .. sweep.Jobs.Select(job => (job.PointId, job.Point.ModelFacts, job.Point.WorkloadFacts))];
        var splits = new DataSplits([.. points.Select(p => (p.Model, p.Workload))]);
        var counts = SplitCounts.Of(points.Select(p => splits.Of(p.Id, p.Model, p.Workload)));
        counts.Require($"plan {request.Plan.Name} would give {points.Count}");
        return counts;
    }

    /// <summary>Says before the long work where it cannot end in an interval for 95 %, and which plan would.</summary>
    private void ShowPromise(SplitCounts counts)
    {
        if (counts.Conformal < SplitCounts.For95Percent)
        {
            Terminal.Say(
                $"plan {request.Plan.Name} gives {counts.Conformal} points for the interval, which promise at most {100 * counts.Conformal / (counts.Conformal + 1)} %; " +
                $"95 % takes {SplitCounts.For95Percent}, as in plan {SweepPlans.ForCalibration}");
        }
    }
}
