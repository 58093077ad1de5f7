using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>One estimator's prediction of a level, with its measurement.</summary>
/// <param name="Quantity">The level.</param>
/// <param name="Point">The measured point.</param>
/// <param name="Estimate">The prediction for it.</param>
/// <param name="Measured">The measured level; positive.</param>
/// <param name="Predicted">The predicted level.</param>
public sealed record Prediction<TPoint>(Quantity Quantity, TPoint Point, MemoryEstimate Estimate, ByteSize Measured, ByteSize Predicted)
    where TPoint : MeasuredPoint
{
    public string Estimator => Estimate.Estimator;

    /// <summary>Predicted − measured, in bytes.</summary>
    public long Difference => Predicted.Bytes - Measured.Bytes;

    /// <summary>The difference in percent of the measured level; negative for an underestimate.</summary>
    public double Percent => 100.0 * Difference / Measured.Bytes;

    /// <summary>True if the measured total is in the predicted interval; null without one, as for every level but the device total.</summary>
    public bool? IsCovered =>
        Quantity == Quantity.Device && Estimate is { Low: { } low, High: { } high } ? Measured >= low && Measured <= high : null;

    /// <summary>The parts that differ, largest difference first; none if either side is not known by part.</summary>
    public IEnumerable<PartDifference> ByPart()
    {
        var (predicted, measured) = (Quantity.PredictedParts(Estimate), Quantity.MeasuredParts(Point.Measured));
        if (!predicted.Known.Any() || !measured.Known.Any())
            return [];
        return Parts.All
            .Select(part => new PartDifference(part, predicted[part], measured[part]))
            .Where(d => d.Bytes != 0)
            .OrderByDescending(d => Math.Abs((double)d.Bytes));
    }
}

/// <summary>A part whose predicted and measured sizes differ; null on a side that does not know it.</summary>
public sealed record PartDifference(Part Part, ByteSize? Predicted, ByteSize? Measured)
{
    public long Bytes => (Predicted?.Bytes ?? 0) - (Measured?.Bytes ?? 0);
}
