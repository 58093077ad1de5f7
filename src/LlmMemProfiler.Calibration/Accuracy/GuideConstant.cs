using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Tunes the guide's one constant for everything but tensors.</summary>
public static class GuideConstant
{
    /// <summary>The median of device total minus the guide's tensors; clamped at zero, since it stands for memory.</summary>
    /// <param name="points">At least one must have a device total and the guide's estimate.</param>
    /// <exception cref="InputException">None has, as where records came from another program.</exception>
    public static FittedConstant Fit(IEnumerable<MeasuredPoint> points)
    {
        var over = Apply(points, ByteSize.Zero).Select(p => -(double)p.Difference).ToList();
        if (over.Count == 0)
            throw new InputException($"no record has a device total and the estimate '{GuideEstimator.Name}'; expected one record that has both");
        var fitted = FittedConstant.Of(over);
        return fitted with { Value = ByteSize.Max(ByteSize.Zero, fitted.Value) };
    }

    /// <summary>The guide's device totals with its constant replaced.</summary>
    public static IReadOnlyList<Prediction<TPoint>> Apply<TPoint>(IEnumerable<TPoint> points, ByteSize constant)
        where TPoint : MeasuredPoint =>
        [.. points.Select(point => point.By(GuideEstimator.Name) is { } guide
            ? Quantity.Device.Compare(point, guide with { Parts = ProfileApplication.WithOverhead(guide.Parts, constant) })
            : null).OfType<Prediction<TPoint>>()];
}
