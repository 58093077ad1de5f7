using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Reports.Accuracy;

/// <summary>The guide's total with its own constant and with one that these records, or a profile, give.</summary>
internal sealed class GuideConstant
{
    private GuideConstant(ByteSize tuned, IReadOnlyList<Prediction<ReportPoint>> before, IReadOnlyList<Prediction<ReportPoint>> after) =>
        (Tuned, Before, After) = (tuned, before, after);

    /// <summary>The constant that replaces the guide's 100 MiB.</summary>
    public ByteSize Tuned { get; }

    public IReadOnlyList<Prediction<ReportPoint>> Before { get; }

    public IReadOnlyList<Prediction<ReportPoint>> After { get; }

    /// <summary>Compares both constants over the same points.</summary>
    /// <param name="points">Points that ended well.</param>
    /// <param name="fromProfile">A profile's constant; null for the median of what these points need.</param>
    /// <returns>Null where no point has both a device total and the guide's estimate.</returns>
    public static GuideConstant? Of(IReadOnlyList<ReportPoint> points, ByteSize? fromProfile = null)
    {
        var known = points
            .Where(p => p.Measured.DevicePeak is { Bytes: > 0 } && p.By(GuideEstimator.Name)?.TensorPeak is not null)
            .Select(p => (Point: p, Measured: p.Measured.DevicePeak!.Value, Tensors: p.By(GuideEstimator.Name)!.TensorPeak!.Value))
            .ToArray();
        if (known.Length == 0)
            return null;
        double[] needed = [.. known.Select(k => (double)(k.Measured - k.Tensors).Bytes)];
        var tuned = fromProfile ?? new((long)Math.Max(0, Math.Round(needed.Median())));
        return new(tuned, With(GuideEstimator.Overhead), With(tuned));

        IReadOnlyList<Prediction<ReportPoint>> With(ByteSize constant) =>
            [.. known.Select(k => new Prediction<ReportPoint>(Quantity.Device, k.Point, k.Point.By(GuideEstimator.Name)!, k.Measured, k.Tensors + constant))];
    }
}
