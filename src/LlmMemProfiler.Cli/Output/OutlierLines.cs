using System.Globalization;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The points that a fit passed over, by name, each with the command that measures it again.</summary>
internal static class OutlierLines
{
    /// <summary>One line a point and, below it, its command; the point whose constant is farthest off comes first.</summary>
    public static IEnumerable<string> Of(HardwareProfile profile, CalibrationInput input)
    {
        foreach (var own in Outliers.Of(profile, input).GroupBy(o => o.Point.PointId).OrderByDescending(own => own.Max(o => o.Spreads)))
        {
            var point = own.First().Point;
            yield return $"outlier: {point.PointId} {PointTitle.Short(point.Model.Name, point.Workload)}: {string.Join(", ", own.Select(Far))}";
            yield return $"  again: {RerunHint.Of(point.Model, point.Workload, profile.Hardware)}";
        }
    }

    private static string Far(Outlier o) => string.Create(
        CultureInfo.InvariantCulture,
        $"{o.Constant} {Signed(o.Difference)}, {o.Spreads:0.#} spreads away{(o.Mostly is var (part, more) ? $", most of it {part.Name()} ({Signed(more)})" : "")}");

    private static string Signed(ByteSize size) => $"{(size.Bytes < 0 ? "" : "+")}{size}";
}
