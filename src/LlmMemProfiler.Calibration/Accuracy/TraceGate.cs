using System.Globalization;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Limits on the trace comparison; null for no limit.</summary>
/// <param name="MaxTensorDifferences">Operations in which tensors differ, over all points.</param>
/// <param name="MinEqual">Points whose full trace matches the prediction, in percent of the points of each weight type.</param>
/// <param name="MaxAllocated">Absolute error of the allocated peak at each point, in percent.</param>
public sealed record TraceGate(long? MaxTensorDifferences, double? MinEqual, double? MaxAllocated)
{
    public bool HasLimits => MaxTensorDifferences is not null || MinEqual is not null || MaxAllocated is not null;

    public GateVerdict Judge(TraceValidation traces)
    {
        string[] failures = [.. NotCompared(traces.Overall), .. Tensors(traces.Overall), .. Equal(traces.Kinds), .. Allocated(traces.Overall)];
        return new(SimulatedEstimator.Name, failures.Length == 0, failures);
    }

    /// <summary>Points that were not compared must not pass.</summary>
    private IEnumerable<string> NotCompared(TraceAgreement overall)
    {
        if (overall.Points == 0)
            yield return "no points left to judge";
        if (overall.Compared < overall.Points)
            yield return Text($"{overall.Points - overall.Compared} of {overall.Points} points have no trace");
        if (MaxAllocated is not null && overall.PeaksCompared < overall.Compared)
            yield return Text($"the allocated peak of {overall.Compared - overall.PeaksCompared} points was not both measured and predicted");
    }

    private IEnumerable<string> Tensors(TraceAgreement overall)
    {
        if (overall.TensorDifferences > MaxTensorDifferences)
        {
            yield return Text(
                $"tensors differ in {overall.TensorDifferences:N0} operations at {overall.Compared - overall.TensorsEqual} points, above {MaxTensorDifferences:N0}");
        }
    }

    private IEnumerable<string> Equal(IReadOnlyList<TraceAgreement> kinds)
    {
        foreach (var type in kinds.GroupBy(kind => kind.Dtype))
        {
            var (equal, points) = (type.Sum(kind => kind.Equal), type.Sum(kind => kind.Points));
            if (100.0 * equal / points < MinEqual)
                yield return Text($"{type.Key?.Name()}: full traces match at {equal} of {points} points, below {MinEqual:0.###} %");
        }
    }

    private IEnumerable<string> Allocated(TraceAgreement overall)
    {
        if (overall.AllocatedErrorPercent > MaxAllocated)
            yield return Text($"the largest error of the allocated peak is {overall.AllocatedErrorPercent:0.###} %, above {MaxAllocated:0.###} %");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
