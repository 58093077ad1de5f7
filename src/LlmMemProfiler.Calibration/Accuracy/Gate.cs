using System.Globalization;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Limits on errors; null for no limit.</summary>
/// <param name="MaxMedian">Median absolute error, in percent.</param>
/// <param name="MaxError">Largest absolute error, in percent.</param>
/// <param name="MaxUnder">Largest underestimate, in percent: the error that leads to running out of memory.</param>
public sealed record Gate(double? MaxMedian, double? MaxError, double? MaxUnder)
{
    public bool HasLimits => MaxMedian is not null || MaxError is not null || MaxUnder is not null;

    /// <summary>
    /// Judges the most detailed estimator that has predictions, with the profile if given: the others are there for comparison,
    /// and the guide could not pass.
    /// </summary>
    public GateVerdict Judge(IReadOnlyList<EstimatorValidation> estimators)
    {
        var judged = estimators.LastOrDefault(e => (e.After ?? e.Before) is not null);
        if (judged is null)
            return new(SimulatedEstimator.Name, false, ["no points left to judge"]);
        var errors = (judged.After ?? judged.Before)!;
        (string What, double Value, double? Bound)[] bounds =
        [
            ("median error", errors.MedianPercent, MaxMedian),
            ("largest error", errors.MaximumPercent, MaxError),
            ("largest underestimate", errors.LargestUnderPercent, MaxUnder),
        ];
        string[] failures = [.. bounds.Where(b => b.Value > b.Bound).Select(b => Text(b.What, b.Value, b.Bound!.Value))];
        return new(judged.Estimator, failures.Length == 0, failures);
    }

    private static string Text(string what, double value, double bound) =>
        string.Create(CultureInfo.InvariantCulture, $"the {what} is {value:0.###} %, above {bound:0.###} %");
}
