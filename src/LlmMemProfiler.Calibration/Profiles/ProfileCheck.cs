using System.Text.Json;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Catches values that are well-formed JSON but make no sense in a profile.</summary>
internal static class ProfileCheck
{
    private const long MaxBytes = 1L << 50;

    /// <exception cref="JsonException">A number is out of range, or a name is unknown.</exception>
    public static void Require(HardwareProfile profile)
    {
        var constants = profile.Modules.Concat(profile.Workspace).Concat(profile.Slack).ToList();
        if (constants.Contains(null!) || profile.Estimators.Contains(null!) || Lines(profile).Any(line => line.Slopes.Contains(null!)))
            throw new JsonException("a list contains null");
        foreach (var constant in constants.Select(c => c.Constant).Append(profile.Context).Append(profile.Overhead))
        {
            if (Math.Abs((double)constant.Value.Bytes) > MaxBytes || constant.Spread.Bytes < 0)
                throw new JsonException($"a constant of {constant.Value.Bytes} bytes is out of range");
        }
        if (Lines(profile).FirstOrDefault(line => Math.Abs((double)line.Constant.Bytes) > MaxBytes) is { } absurd)
            throw new JsonException($"a slack or residual of {absurd.Constant.Bytes} bytes is out of range");
        foreach (var slope in Lines(profile).SelectMany(line => line.Slopes))
        {
            if (ShapeFeature.All.All(f => f.Name != slope.Feature))
                throw new JsonException($"unknown feature '{slope.Feature}'");
            if (Math.Abs(slope.PerUnit) > MaxBytes)
                throw new JsonException($"a slope of {slope.PerUnit} bytes is out of range");
        }
        if (profile.Estimators.Any(e => e.Extremes.Contains(null!) || e.HalfWidths.Groups.Contains(null!)
            || e.Extremes.Select(x => x.Worst).Concat(e.HalfWidths.Groups.Select(g => g.Value)).Any(v => v is < 0 or > MaxBytes)))
            throw new JsonException("an interval's half width is out of range");
        if (profile.Estimators.Any(e => e.HalfWidths.Groups is not [.., { Dtype: null, Attention: null, Cache: null }]))
            throw new JsonException("an interval's last half width must be for all others");
        if (profile.Ranges.Features.Keys.FirstOrDefault(name => ShapeFeature.All.All(f => f.Name != name)) is { } unknown)
            throw new JsonException($"unknown feature '{unknown}'");
    }

    private static IEnumerable<LinearModel> Lines(HardwareProfile profile) => new[] { profile.SlackGrowth, profile.Residual }.OfType<LinearModel>();
}
