using System.Text.Json;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What well-formed JSON can still get wrong in a profile.</summary>
internal static class ProfileCheck
{
    private const long Most = 1L << 50;

    /// <exception cref="JsonException">A number or a name makes no sense.</exception>
    public static void Require(HardwareProfile profile)
    {
        var constants = profile.Modules.Concat(profile.Workspace).ToList();
        if (constants.Contains(null!) || profile.Estimators.Contains(null!) || Lines(profile).Any(line => line.Slopes.Contains(null!)))
            throw new JsonException("a list holds null");
        foreach (var constant in constants.Select(c => c.Constant).Append(profile.Context).Append(profile.Overhead))
        {
            if (Math.Abs((double)constant.Value.Bytes) > Most || constant.Spread.Bytes < 0)
                throw new JsonException($"a constant of {constant.Value.Bytes} bytes makes no sense");
        }
        if (Lines(profile).FirstOrDefault(line => Math.Abs((double)line.Constant.Bytes) > Most) is { } absurd)
            throw new JsonException($"a slack or residual of {absurd.Constant.Bytes} bytes makes no sense");
        foreach (var slope in Lines(profile).SelectMany(line => line.Slopes))
        {
            if (ShapeFeature.All.All(f => f.Name != slope.Feature))
                throw new JsonException($"a part grows with '{slope.Feature}', which is not known");
            if (Math.Abs(slope.PerUnit) > Most)
                throw new JsonException($"a slope of {slope.PerUnit} bytes makes no sense");
        }
        if (profile.Estimators.Any(e => e.HalfWidth < 0 || e.HalfWidth > 1_000))
            throw new JsonException("an interval's half width makes no sense");
    }

    private static IEnumerable<LinearModel> Lines(HardwareProfile profile) => new[] { profile.Slack, profile.Residual }.OfType<LinearModel>();
}
