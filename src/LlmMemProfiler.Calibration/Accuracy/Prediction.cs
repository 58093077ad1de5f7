using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>One estimator's prediction of a level beside what was measured.</summary>
/// <param name="Quantity">The level.</param>
/// <param name="Point">The point that was measured.</param>
/// <param name="Estimate">What was predicted for it.</param>
/// <param name="Measured">The level measured; above zero.</param>
/// <param name="Predicted">The level predicted.</param>
public sealed record Prediction<TPoint>(Quantity Quantity, TPoint Point, MemoryEstimate Estimate, ByteSize Measured, ByteSize Predicted)
    where TPoint : MeasuredPoint
{
    public string Estimator => Estimate.Estimator;

    /// <summary>Predicted − measured, in bytes.</summary>
    public long Difference => Predicted.Bytes - Measured.Bytes;

    /// <summary>The difference in percent of what was measured; below 0 for an under-estimate.</summary>
    public double Percent => 100.0 * Difference / Measured.Bytes;

    /// <summary>The error as a share of the predicted level: what intervals are made of.</summary>
    public double Share => Math.Abs((double)Difference) / Math.Max(1, Predicted.Bytes);

    /// <summary>Whether the measured total lies in the predicted interval; null where there is none, as for all levels below the total.</summary>
    public bool? IsCovered =>
        Quantity == Quantity.Device && Estimate is { Low: { } low, High: { } high } ? Measured >= low && Measured <= high : null;

    /// <summary>The parts that make the difference, the largest first.</summary>
    public IEnumerable<PartDifference> ByPart()
    {
        var (predicted, measured) = (Quantity.PredictedParts(Estimate), Quantity.MeasuredParts(Point.Measured));
        return Parts.All
            .Select(part => new PartDifference(part, predicted[part], measured[part]))
            .Where(d => d.Bytes != 0)
            .OrderByDescending(d => Math.Abs((double)d.Bytes));
    }
}

/// <summary>A part of which a prediction says another size than the measurement, in bytes; null where one does not know it.</summary>
public sealed record PartDifference(Part Part, ByteSize? Predicted, ByteSize? Measured)
{
    public long Bytes => (Predicted?.Bytes ?? 0) - (Measured?.Bytes ?? 0);
}
