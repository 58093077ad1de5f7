using System.Globalization;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Bounds that the comparison of traces must keep; null where one does not matter.</summary>
/// <param name="MaxTensorDifferences">Of the operations in which tensors differ, over all points.</param>
/// <param name="MinEqual">Of the points whose whole trace is the predicted one, in percent of the points of each type of weights.</param>
/// <param name="MaxAllocated">Of the absolute error of the allocated peak in each point, in percent.</param>
public sealed record TraceGate(long? MaxTensorDifferences, double? MinEqual, double? MaxAllocated)
{
    public bool IsAsked => MaxTensorDifferences is not null || MinEqual is not null || MaxAllocated is not null;

    public GateVerdict Judge(TraceValidation traces)
    {
        string[] failures = [.. Unseen(traces.Whole), .. Tensors(traces.Whole), .. Equal(traces.Kinds), .. Allocated(traces.Whole)];
        return new(SimulatedEstimator.Name, failures.Length == 0, failures);
    }

    /// <summary>What was not compared was not found equal.</summary>
    private IEnumerable<string> Unseen(TraceAgreement whole)
    {
        if (whole.Points == 0)
            yield return "no point is left to be judged";
        if (whole.Compared < whole.Points)
            yield return Text($"{whole.Points - whole.Compared} of {whole.Points} points hold no traces");
        if (MaxAllocated is not null && whole.PeaksCompared < whole.Compared)
            yield return Text($"the allocated peak of {whole.Compared - whole.PeaksCompared} points is not known on both sides");
    }

    private IEnumerable<string> Tensors(TraceAgreement whole)
    {
        if (whole.TensorDifferences > MaxTensorDifferences)
        {
            yield return Text(
                $"tensors differ in {whole.TensorDifferences:N0} operations of {whole.Compared - whole.TensorsEqual} points, above {MaxTensorDifferences:N0}");
        }
    }

    private IEnumerable<string> Equal(IReadOnlyList<TraceAgreement> kinds)
    {
        foreach (var type in kinds.GroupBy(kind => kind.Dtype))
        {
            var (equal, points) = (type.Sum(kind => kind.Equal), type.Sum(kind => kind.Points));
            if (100.0 * equal / points < MinEqual)
                yield return Text($"the whole traces of {type.Key?.Name()} are equal in {equal} of {points} points, below {MinEqual:0.###} %");
        }
    }

    private IEnumerable<string> Allocated(TraceAgreement whole)
    {
        if (whole.AllocatedErrorPercent > MaxAllocated)
            yield return Text($"the largest error of the allocated peak is {whole.AllocatedErrorPercent:0.###} %, above {MaxAllocated:0.###} %");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
