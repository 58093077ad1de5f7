using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>The guide's one constant for all that is no tensor, and its totals with another.</summary>
public static class GuideConstant
{
    /// <summary>The median of what the guide's tensors leave of the device totals; never below zero, for it stands for memory.</summary>
    /// <param name="points">At least one with a device total and the guide's estimate.</param>
    public static FittedConstant Fit(IEnumerable<MeasuredPoint> points)
    {
        var fitted = FittedConstant.Of([.. Apply(points, ByteSize.Zero).Select(p => -(double)p.Difference)]);
        return fitted with { Value = ByteSize.Max(ByteSize.Zero, fitted.Value) };
    }

    /// <summary>The guide's device totals with a constant in place of its own.</summary>
    public static IReadOnlyList<Prediction<TPoint>> Apply<TPoint>(IEnumerable<TPoint> points, ByteSize constant)
        where TPoint : MeasuredPoint =>
        [.. points.Select(point => point.By(GuideEstimator.Name) is { } guide
            ? Quantity.Device.Compare(point, guide with { Parts = ProfileApplication.Tuned(guide.Parts, constant) })
            : null).OfType<Prediction<TPoint>>()];
}
