using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The one line that people calibrate for: the guide's constant, tuned, what it is good for, and where it stops being one.</summary>
internal static class GuideConstantLine
{
    public static string Of(HardwareProfile profile)
    {
        var (constant, errors) = (profile.Overhead, profile.Estimators.First(e => e.Estimator == GuideEstimator.Name));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"overhead constant for this {(profile.Hardware.Kind == DeviceKind.Cpu ? "machine" : "GPU")}: {constant.Value} instead of the guide's {GuideEstimator.Overhead}, " +
            $"median error {errors.Before.MedianPercent:0.0} % → {errors.After.MedianPercent:0.0} % on held-out points; " +
            $"it is no constant where it differs by more than its spread, {constant.Spread}, as in {constant.Outliers} of {constant.Count} points fitted");
    }
}
