using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>A point that says something else of a constant than the others, which therefore pass over it.</summary>
/// <param name="Point">The point.</param>
/// <param name="Constant">As in a drift: 'modules bf16'.</param>
/// <param name="Difference">The point's own value minus the constant's.</param>
/// <param name="Spreads">That in robust standard deviations, without a sign.</param>
public sealed record Outlier(CalibrationPoint Point, string Constant, ByteSize Difference, double Spreads)
{
    /// <summary>Of what the guide leaves to its constant, the part that is farthest from the other points', and how far; null for other constants.</summary>
    public (Part Part, ByteSize Difference)? Mostly { get; init; }
}

/// <summary>Names the outliers that a profile counts.</summary>
public static class Outliers
{
    /// <summary>Those of all constants, the farthest of each first.</summary>
    /// <param name="profile">A profile.</param>
    /// <param name="input">The records that it was fitted to.</param>
    public static IReadOnlyList<Outlier> Of(HardwareProfile profile, CalibrationInput input)
    {
        var points = input.Split().Fit;
        return
        [
            .. Far("overhead", profile.Overhead, GuideConstant.Apply(points, ByteSize.Zero).Select(p => (p.Point, -(double)p.Difference)))
                .Select(o => o with { Mostly = Farthest(o.Point, points) }),
            .. Far("context", profile.Context, points.Select(p => (p, (double)p.Measured.Parts[Part.Context]!.Value.Bytes))),
            .. Keyed("modules", profile.Modules, points.Select(p => (p, (double)p.Measured.Parts[Part.Modules]!.Value.Bytes))),
            .. Keyed("workspace", profile.Workspace, CalibrationRun.Scratch(points)),
            .. profile.SlackGrowth is null ? [] : Far("slack growth", profile.SlackGrowth, points.Select(p => (p, CalibrationRun.Growth(p, profile.Slack)))),
            .. Far("residual", profile.Residual, points.Select(p =>
                (p, CalibrationRun.Residual(p, profile.Workspace, profile.Context, profile.Modules, profile.SlackGrowth is not null)))),
        ];
    }

    /// <summary>The guide knows neither workspace nor slack, which are no constants of the hardware.</summary>
    private static (Part, ByteSize) Farthest(CalibrationPoint point, IReadOnlyList<CalibrationPoint> points) =>
        Parts.All.Where(part => part is >= Part.Workspace and not Part.Overhead)
            .Select(part => (part, Of(point, part) - new ByteSize((long)points.Select(p => (double)Of(p, part).Bytes).Median())))
            .MaxBy(difference => Math.Abs(difference.Item2.Bytes));

    private static ByteSize Of(CalibrationPoint point, Part part) => point.Measured.Parts[part] ?? ByteSize.Zero;

    private static IEnumerable<Outlier> Keyed(string name, IReadOnlyList<KeyedConstant> constants, IEnumerable<(CalibrationPoint Point, double Bytes)> values) =>
        from value in values
        group value by KeyedConstant.Find(constants, value.Point.Workload.Dtype, value.Point.Workload.Attention) into own
        where own.Key is not null
        from outlier in Far(Drift.NameOf(name, constants.First(c => c.Constant == own.Key)), own.Key, own)
        select outlier;

    private static IEnumerable<Outlier> Far(string name, FittedConstant constant, IEnumerable<(CalibrationPoint Point, double Bytes)> values) =>
        Far(name, FittedConstant.FarAway, values.Select(v => (v.Point, v.Bytes - constant.Value.Bytes, (double)Math.Max(1, constant.Spread.Bytes))));

    private static IEnumerable<Outlier> Far(string name, LinearModel line, IEnumerable<(CalibrationPoint Point, double Bytes)> values) => Far(
        name, RobustRegression.Bisquare,
        values.Select(v => (v.Point, v.Bytes - line.Of(v.Point.Model, v.Point.Workload).Bytes, Math.Max(1, line.Spread * v.Point.Device.Bytes))));

    private static IEnumerable<Outlier> Far(string name, double limit, IEnumerable<(CalibrationPoint Point, double Difference, double Spread)> values) =>
        values.Select(v => new Outlier(v.Point, name, new((long)Math.Round(v.Difference)), Math.Abs(v.Difference) / v.Spread))
            .Where(o => o.Spreads > limit)
            .OrderByDescending(o => o.Spreads);
}
