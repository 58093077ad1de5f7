using System.Text.RegularExpressions;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>Fits a profile to records: constants from one split, intervals from a second, errors from a third.</summary>
public static partial class CalibrationRun
{
    /// <exception cref="InputException">Too few records for a fit, an interval, and an error.</exception>
    public static HardwareProfile Of(CalibrationInput input)
    {
        if (input.IsVirtual)
            throw new InputException("the results are of a virtual GPU, which has no device total to fit constants to; must be measured on a real device");
        var split = input.Split();
        split.Counts.Require($"{split.Count} of {input.Read} are usable");
        var fitted = Fit(split, input);
        var profile = fitted with { Estimators = [.. Estimators.Names.Select(name => IntervalFit.Of(fitted, name, split)).OfType<EstimatorQuality>()] };
        return profile with { Estimators = [.. profile.Estimators.Select(e => IntervalFit.Judged(profile, e, split))] };
    }

    private static HardwareProfile Fit(SplitPoints split, CalibrationInput input)
    {
        var points = split.Fit;
        var scratch = Scratch(points).Select(s => new KeyedValue(s.Point.Workload.Dtype, s.Point.Workload.Attention, s.Bytes)).ToList();
        // Where nothing is left to fit, it is zero.
        var workspace = KeyedConstants.Of(scratch.Count > 0 ? scratch : [default]);
        var context = FittedConstant.Of([.. points.Select(p => (double)p.Measured.Parts[Part.Context]!.Value.Bytes)]);
        var modules = KeyedConstants.Of(
            [.. points.Select(p => new KeyedValue(p.Workload.Dtype, p.Workload.Attention, p.Measured.Parts[Part.Modules]!.Value.Bytes))]);
        var (hardware, newest) = (input.Hardware!, input.Newest!);
        // If an estimator simulates the allocator, slack is not fitted.
        var all = split.Seen.Concat(split.HeldOut).ToList();
        var isSlackKnown = all.TrueForAll(p => p.Measured.Parts[Part.Slack] is not null && p.By(SimulatedEstimator.Name)!.ReservedPeak is null);
        IReadOnlyList<KeyedConstant> slack = isSlackKnown ? KeyedConstants.Of([.. SlackOfPreallocated(points)]) : [];
        var growth = isSlackKnown ? LinearFit.Of(Lines(points, p => Growth(p, slack)), Lines(split.HeldOut, p => Growth(p, slack)), ShapeFeature.OfSlack) : null;
        var residual = LinearFit.Of(
            Lines(points, Residue), Lines(split.HeldOut, Residue), isSlackKnown ? ShapeFeature.OfResidual : ShapeFeature.All);
        return new()
        {
            Name = NameOf(hardware),
            Hardware = hardware,
            Overhead = GuideConstant.Fit(points),
            Context = context,
            Modules = modules,
            Workspace = workspace,
            Slack = slack,
            SlackGrowth = growth,
            Residual = residual,
            Estimators = [],
            Ranges = AxisRanges.Of(
                [.. split.Seen.Select(p => (p.Model, p.Workload))], [.. all.Select(p => (p.Model, p.Workload))],
                (growth?.Slopes ?? []).Concat(residual.Slopes).Select(s => ShapeFeature.Named(s.Feature))),
            Counts = new(
                input.Read, input.NotOk, input.WithoutPeak + input.Points.Count - split.Count,
                all.DistinctBy(p => p.PointId).Count(), points.Count, split.Conformal.Count, split.HeldOut.Count),
            Evidence = new(
                input.Sha256, newest.Started, newest.Host.Program, newest.Host.Runtime, newest.Host.TorchSharp, newest.Host.Environment),
        };

        double Residue(CalibrationPoint p) => Residual(p, workspace, context, modules, isSlackKnown);
    }

    private static IReadOnlyList<LinearPoint> Lines(IEnumerable<CalibrationPoint> points, Func<CalibrationPoint, double> value) =>
        [.. points.Select(p => new LinearPoint(p.Model, p.Workload, value(p), p.Device.Bytes))];

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

    private static IEnumerable<KeyedValue> SlackOfPreallocated(IReadOnlyList<CalibrationPoint> points) =>
        from p in points.Any(IsPreallocated) ? points.Where(IsPreallocated) : points
        select new KeyedValue(p.Workload.Dtype, p.Workload.Attention, Slack(p));

    private static bool IsPreallocated(CalibrationPoint p) => p.Workload.Cache == CachePolicy.Preallocated;

    private static double Slack(CalibrationPoint p) => p.Measured.Parts[Part.Slack]!.Value.Bytes;

    /// <summary>The part of the slack that the constants of its type and kernel don't explain.</summary>
    internal static double Growth(CalibrationPoint p, IReadOnlyList<KeyedConstant> slack) =>
        Slack(p) - (KeyedConstant.Find(slack, p.Workload.Dtype, p.Workload.Attention)?.Value.Bytes ?? 0);

    internal static double Residual(
        CalibrationPoint p, IReadOnlyList<KeyedConstant> workspace, FittedConstant context, IReadOnlyList<KeyedConstant> modules, bool isSlackKnown)
    {
        var (dtype, attention) = (p.Workload.Dtype, p.Workload.Attention);
        var scratch = KeyedConstant.Find(workspace, dtype, attention)?.Value ?? ByteSize.Zero;
        var known = ProfileApplication.BlocksOf(p.By(SimulatedEstimator.Name)!, scratch)
            + context.Value + KeyedConstant.Find(modules, dtype, attention)!.Value;
        return (p.Device - known).Bytes - (isSlackKnown ? Slack(p) : 0);
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
