using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predictions against records, in total and by part, per estimator.</summary>
public static class Validation
{
    private const int WorstShown = 5;

    /// <summary>True if the profile was fitted to these very results: then only held-out points may judge it.</summary>
    public static bool IsOwnEvidence(HardwareProfile? profile, CalibrationInput input) => profile?.Evidence.Sha256 == input.Sha256;

    /// <summary>Warnings where the profile is applied beyond its calibration, each once with its number of points.</summary>
    public static IReadOnlyList<string> Warnings(HardwareProfile profile, CalibrationInput input)
    {
        var warnings = new ProfileWarnings(profile);
        foreach (var point in input.Points)
            warnings.Add(point.Model, point.Workload, input.Hardware);
        return [.. warnings.Lines];
    }

    /// <param name="points">The points to judge by.</param>
    /// <param name="profile">The profile; null to judge the estimators without one.</param>
    public static IReadOnlyList<EstimatorValidation> Of(IReadOnlyCollection<CalibrationPoint> points, HardwareProfile? profile) =>
        [.. Estimators.Names.Select(name => Of(points, profile, name))];

    private static EstimatorValidation Of(IReadOnlyCollection<CalibrationPoint> points, HardwareProfile? profile, string estimator)
    {
        var before = Predictions.Of(points, estimator, null);
        var after = profile is null ? null : Predictions.Of(points, estimator, profile);
        var judged = after ?? before;
        return new(
            estimator, before.Statistics(), after?.Statistics(), [.. Parts(judged)],
            [.. judged.Worst(WorstShown).Select(Error)]);
    }

    /// <summary>
    /// Parts below workspace are compared at the tensor peak; the rest, in the device total.
    /// </summary>
    private static IEnumerable<PartError> Parts(IReadOnlyCollection<Prediction<CalibrationPoint>> predictions)
    {
        foreach (var part in Core.Accounts.Parts.All)
        {
            var level = part < Part.Workspace ? Quantity.TensorPeak : Quantity.Device;
            var differences = predictions
                .Where(p => level.CountsAlike(p.Point.Measured, p.Estimate))
                .Select(p => (
                    Predicted: level.PredictedParts(p.Estimate)[part],
                    Measured: part == Part.Overhead ? NonTensor(p) : level.MeasuredParts(p.Point.Measured)[part]))
                .Where(p => p is { Predicted: not null, Measured: not null })
                .Select(p => (double)(p.Predicted!.Value - p.Measured!.Value).Bytes)
                .ToArray();
            if (differences.Length == 0)
                continue;
            var absolute = differences.Select(Math.Abs).ToArray();
            yield return new(part.Name(), differences.Length, Size(differences.Mean()), Size(absolute.Median()), Size(absolute.Max()));
        }
    }

    /// <summary>Everything but tensors, for which the guide has one constant.</summary>
    private static ByteSize? NonTensor(Prediction<CalibrationPoint> p) =>
        p.Point.Measured.TensorParts is var tensors && tensors.Known.Any() ? p.Measured - tensors.Total : null;

    private static PointError Error(Prediction<CalibrationPoint> p) => new(
        p.Point.PointId, PointTitle.Short(p.Point.Model.Name, p.Point.Workload), p.Predicted, p.Measured, p.Percent, p.Estimate.Parts, p.Point.Measured.Parts);

    private static ByteSize Size(double bytes) => new(checked((long)Math.Round(bytes)));
}
