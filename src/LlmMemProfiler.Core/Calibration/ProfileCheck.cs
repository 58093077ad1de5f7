using System.Text.Json;

namespace LlmMemProfiler.Core.Calibration;

/// <summary>What well-formed JSON can still get wrong in a profile.</summary>
internal static class ProfileCheck
{
    private const long Most = 1L << 50;

    /// <exception cref="JsonException">A number or a name makes no sense.</exception>
    public static void Require(HardwareProfile profile)
    {
        var constants = profile.Modules.Concat(profile.Workspace).ToList();
        if (constants.Contains(null!) || profile.Estimators.Contains(null!) || profile.Residual.Slopes.Contains(null!))
            throw new JsonException("a list holds null");
        foreach (var constant in constants.Select(c => c.Constant).Append(profile.Context).Append(profile.Overhead))
        {
            if (Math.Abs((double)constant.Value.Bytes) > Most || constant.Spread.Bytes < 0)
                throw new JsonException($"a constant of {constant.Value.Bytes} bytes makes no sense");
        }
        if (Math.Abs((double)profile.Residual.Constant.Bytes) > Most)
            throw new JsonException($"a residual of {profile.Residual.Constant.Bytes} bytes makes no sense");
        foreach (var slope in profile.Residual.Slopes)
        {
            if (ResidualFeature.All.All(f => f.Name != slope.Feature))
                throw new JsonException($"the residual names '{slope.Feature}', which is not known");
            if (Math.Abs(slope.PerUnit) > Most)
                throw new JsonException($"a slope of {slope.PerUnit} bytes makes no sense");
        }
        if (profile.Estimators.Any(e => e.HalfWidth < 0 || e.HalfWidth > 1_000))
            throw new JsonException("an interval's half width makes no sense");
    }
}
