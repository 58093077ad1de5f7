using System.Globalization;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Bounds that errors must keep; null where one does not matter.</summary>
/// <param name="MaxMedian">Of the median absolute error, in percent.</param>
/// <param name="MaxError">Of the largest absolute error, in percent.</param>
/// <param name="MaxUnder">Of the largest under-estimate, in percent: the error that ends in 'out of memory'.</param>
public sealed record Gate(double? MaxMedian, double? MaxError, double? MaxUnder)
{
    public bool IsAsked => MaxMedian is not null || MaxError is not null || MaxUnder is not null;

    /// <summary>
    /// Judges the finest estimator that has predictions, with the profile where there is one: the others are there to be
    /// compared with, and the guide's could not pass.
    /// </summary>
    public GateVerdict Judge(IReadOnlyList<EstimatorValidation> estimators)
    {
        var judged = estimators.LastOrDefault(e => (e.After ?? e.Before) is not null);
        if (judged is null)
            return new(SimulatedEstimator.Name, false, ["no point is left to be judged"]);
        var errors = (judged.After ?? judged.Before)!;
        (string What, double Value, double? Bound)[] bounds =
        [
            ("median error", errors.MedianPercent, MaxMedian),
            ("largest error", errors.MaximumPercent, MaxError),
            ("largest under-estimate", errors.LargestUnderPercent, MaxUnder),
        ];
        string[] failures = [.. bounds.Where(b => b.Value > b.Bound).Select(b => Text(b.What, b.Value, b.Bound!.Value))];
        return new(judged.Estimator, failures.Length == 0, failures);
    }

    private static string Text(string what, double value, double bound) =>
        string.Create(CultureInfo.InvariantCulture, $"the {what} is {value:0.###} %, above {bound:0.###} %");
}
