using System.Text.RegularExpressions;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>Fits a profile to records: constants from one split, intervals from a second, errors from a third.</summary>
public static partial class CalibrationRun
{
    /// <exception cref="InputException">Too few records for a fit, an interval, and an error.</exception>
    public static HardwareProfile Of(CalibrationInput input)
    {
        var usable = input.Points.Where(p => p.IsComplete).ToList();
        var splits = usable.ToLookup(p => p.Split);
        SplitCounts.Of(usable.Select(p => p.Split)).Require($"{usable.Count} of {input.Read} are usable");
        var fitted = Fit([.. splits[DataSplit.Fit]], input, usable);
        var intervals = Estimators.Names.Select(name => Interval(fitted, name, splits[DataSplit.Conformal])).OfType<EstimatorQuality>().ToList();
        var profile = fitted with { Estimators = intervals };
        return profile with { Estimators = [.. intervals.Select(e => Judged(profile, e, splits[DataSplit.HeldOut]))] };
    }

    private static HardwareProfile Fit(IReadOnlyList<CalibrationPoint> points, CalibrationInput input, List<CalibrationPoint> usable)
    {
        var scratch = Scratch(points).Select(s => new KeyedValue(s.Point.Workload.Dtype, s.Point.Workload.Attention, s.Bytes)).ToList();
        // Where nothing is left to fit, it is zero.
        var workspace = KeyedConstants.Of(scratch.Count > 0 ? scratch : [default]);
        var context = FittedConstant.Of([.. points.Select(p => (double)p.Measured.Parts[Part.Context]!.Value.Bytes)]);
        var modules = KeyedConstants.Of(
            [.. points.Select(p => new KeyedValue(p.Workload.Dtype, p.Workload.Attention, p.Measured.Parts[Part.Modules]!.Value.Bytes))]);
        var (hardware, newest) = (input.Hardware!, input.Newest!);
        // If an estimator simulates the allocator, slack is not fitted.
        var isSlackKnown = usable.TrueForAll(p => p.Measured.Parts[Part.Slack] is not null && p.By(SimulatedEstimator.Name)!.ReservedPeak is null);
        return new()
        {
            Name = NameOf(hardware),
            Hardware = hardware,
            Overhead = GuideConstant.Fit(points),
            Context = context,
            Modules = modules,
            Workspace = workspace,
            Slack = isSlackKnown
                ? LinearFit.Of([.. points.Select(p => new LinearPoint(p.Model, p.Workload, Slack(p), p.Device.Bytes))], ShapeFeature.OfSlack)
                : null,
            Residual = LinearFit.Of(
                [.. points.Select(p => Residual(p, workspace, context, modules, isSlackKnown))],
                isSlackKnown ? ShapeFeature.OfResidual : ShapeFeature.All),
            Estimators = [],
            Ranges = AxisRanges.Of([.. usable.Select(p => (p.Model, p.Workload))]),
            Counts = new(
                input.Read, input.NotOk, input.WithoutPeak + input.Points.Count - usable.Count,
                usable.DistinctBy(p => p.PointId).Count(), points.Count,
                usable.Count(p => p.Split == DataSplit.Conformal), usable.Count(p => p.Split == DataSplit.HeldOut)),
            Evidence = new(
                input.Sha256, newest.Started, newest.Host.Program, newest.Host.Runtime, newest.Host.TorchSharp, newest.Host.Environment),
        };
    }

    /// <summary>Measured allocated peak minus predicted tensors, where the estimator does not predict scratch.</summary>
    internal static IEnumerable<(CalibrationPoint Point, double Bytes)> Scratch(IEnumerable<CalibrationPoint> points)
    {
        foreach (var p in points)
        {
            var estimate = p.By(SimulatedEstimator.Name)!;
            if (estimate.ReservedPeak is not null || estimate.AllocatedPeak is not null || p.Measured.AllocatedPeak is not { } allocated || estimate.TensorPeak is not { } tensors)
                continue;
            yield return (p, (allocated - tensors).Bytes);
        }
    }

    internal static double Slack(CalibrationPoint p) => p.Measured.Parts[Part.Slack]!.Value.Bytes;

    internal static LinearPoint Residual(
        CalibrationPoint p, IReadOnlyList<KeyedConstant> workspace, FittedConstant context, IReadOnlyList<KeyedConstant> modules, bool isSlackKnown)
    {
        var (dtype, attention) = (p.Workload.Dtype, p.Workload.Attention);
        var scratch = KeyedConstant.Find(workspace, dtype, attention)?.Value ?? ByteSize.Zero;
        var known = ProfileApplication.BlocksOf(p.By(SimulatedEstimator.Name)!, scratch)
            + context.Value + KeyedConstant.Find(modules, dtype, attention)!.Value;
        return new(p.Model, p.Workload, (p.Device - known).Bytes - (isSlackKnown ? Slack(p) : 0), p.Device.Bytes);
    }

    private static EstimatorQuality? Interval(HardwareProfile profile, string estimator, IEnumerable<CalibrationPoint> points)
    {
        // Repeats of a point are not independent: use the worst.
        var errors = Predictions.Of(points, estimator, profile).GroupBy(p => p.Point.PointId).Select(g => g.Max(p => p.RelativeError)).ToList();
        if (errors.Count == 0)
            return null;
        var (half, guarantee) = SplitConformal.Of(errors);
        var none = new ErrorStatistics(0, 0, 0, 0, 0, 0, 0, null);
        return new(estimator, half, guarantee, none, none);
    }

    private static EstimatorQuality Judged(HardwareProfile profile, EstimatorQuality quality, IEnumerable<CalibrationPoint> points)
    {
        var before = Predictions.Of(points, quality.Estimator, null).Statistics();
        var after = Predictions.Of(points, quality.Estimator, profile).Statistics();
        return quality with { Before = before ?? quality.Before, After = after ?? quality.After };
    }

    /// <summary>For example, 'cpu-amd-epyc-2t': kind, name, and threads, safe as a folder name.</summary>
    internal static string NameOf(HardwareKey hardware)
    {
        var name = NotPlain().Replace(hardware.Name.ToLowerInvariant(), "-").Trim('-');
        return $"{hardware.Kind.Name()}-{(name.Length == 0 ? "unknown" : name[..Math.Min(name.Length, 40)].Trim('-'))}" + (hardware.Kind == DeviceKind.Cpu ? $"-{hardware.Threads}t" : "");
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotPlain();
}
