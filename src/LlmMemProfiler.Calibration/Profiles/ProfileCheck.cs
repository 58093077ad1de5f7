using System.Text.Json;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Catches values that are well-formed JSON but make no sense in a profile, so that every command can use what is read.</summary>
internal static class ProfileCheck
{
    private const long MaxBytes = 1L << 50;

    /// <exception cref="JsonException">A number is out of range, a name is missing or unknown, or something stands twice.</exception>
    public static void Require(HardwareProfile profile)
    {
        if (Names(profile).Concat(Constants(profile)).Concat(Lines(profile)).Concat(Intervals(profile)).Concat(Ranges(profile)).FirstOrDefault() is { } fault)
            throw new JsonException(fault);
    }

    private static IEnumerable<string> Names(HardwareProfile p)
    {
        if (new[] { p.Name, p.Hardware.Name, p.Hardware.Libtorch, p.Evidence.Program }.Any(string.IsNullOrWhiteSpace))
            yield return "the profile, its hardware, libtorch or program has no name";
        if (p.Evidence.Environment.Values.Contains(null!))
            yield return "evidence.environment has a variable without text";
        if (p.Hardware.Threads < 1 || p.Hardware.Cores < 1 || p.Hardware.Total is { Bytes: < 0 })
            yield return "the hardware's threads, cores or memory are out of range";
        var c = p.Counts;
        if (new[] { c.Read, c.NotOk, c.Incomplete, c.Points, c.Fitted, c.Conformal, c.HeldOut }.Any(n => n < 0))
            yield return "a count of records is negative";
    }

    private static IEnumerable<string> Constants(HardwareProfile p)
    {
        foreach (var list in (IReadOnlyList<KeyedConstant>[])[p.Modules, p.Workspace, p.Slack])
        {
            if (IsTwice(list, c => (c.Dtype, c.Attention)))
                yield return "two constants of a part are for the same type and kernel";
        }
        foreach (var constant in p.Modules.Concat(p.Workspace).Concat(p.Slack).Select(c => c.Constant).Append(p.Context).Append(p.Overhead))
        {
            if (IsAbsurd(constant.Value.Bytes) || constant.Spread.Bytes < 0 || constant.Count < 1 || constant.Outliers < 0)
                yield return $"a constant of {constant.Value.Bytes} bytes is out of range, or rests on no points";
        }
    }

    private static IEnumerable<string> Lines(HardwareProfile p)
    {
        foreach (var line in new[] { p.SlackGrowth, p.Residual }.OfType<LinearModel>())
        {
            if (IsAbsurd(line.Constant.Bytes) || line.ConstantError.Bytes < 0 || line.Count < 0 || line.Outliers < 0 || line.Iterations < 0 || line.Spread < 0)
                yield return $"a slack or residual of {line.Constant.Bytes} bytes is out of range";
            if (IsTwice(line.Slopes, s => s.Feature))
                yield return "two slopes of a part are over the same feature";
            foreach (var slope in line.Slopes)
            {
                if (Unknown(slope.Feature) is { } unknown)
                    yield return unknown;
                if (IsAbsurd(slope.PerUnit) || IsAbsurd(slope.StandardError) || slope.StandardError < 0)
                    yield return $"a slope of {slope.PerUnit} bytes is out of range";
            }
        }
    }

    private static IEnumerable<string> Intervals(HardwareProfile p)
    {
        if (IsTwice(p.Estimators, e => e.Estimator))
            yield return "an estimator stands twice";
        foreach (var e in p.Estimators)
        {
            if (string.IsNullOrWhiteSpace(e.Estimator))
                yield return "an estimator has no name";
            if (e.Extremes.Select(x => x.Worst).Concat(e.HalfWidths.Groups.Select(g => g.Value)).Any(v => v is < 0 or > MaxBytes))
                yield return "an interval's half width is out of range";
            if (e.HalfWidths.Groups is not [.., { Dtype: null, Attention: null, Cache: null }])
                yield return "an interval's last half width must be for all others";
            if (IsTwice(e.HalfWidths.Groups, g => (g.Dtype, g.Attention, g.Cache)) || IsTwice(e.Extremes, x => (x.Axis, x.Cache)))
                yield return "two half widths, or two extremes, are for the same points";
            if (e.Extremes.FirstOrDefault(x => PointAxis.All.All(a => a.Name != x.Axis)) is { } extreme)
                yield return $"unknown axis '{extreme.Axis}'";
            if (e.Guarantee is < 0 or > 1 || e.Extremes.Any(x => x.Count < 0) || IsImpossible(e.Before) || IsImpossible(e.After))
                yield return $"an error or a share of estimator {e.Estimator} is out of range";
        }
    }

    private static IEnumerable<string> Ranges(HardwareProfile p)
    {
        var r = p.Ranges;
        if (r.Features.Keys.Select(Unknown).FirstOrDefault(u => u is not null) is { } unknown)
            yield return unknown;
        if (r.Features.Values.Contains(null!))
            yield return "a range is null";
        else if (r.Features.Values.Concat([r.Parameters, r.Batch, r.Prompt, r.NewTokens]).Any(a => a.Least < 0 || a.Least > a.Most || a.Most > a.Tested))
            yield return "a range's least value is above its largest, or that above the largest tested";
    }

    private static string? Unknown(string feature) => ShapeFeature.All.Any(f => f.Name == feature) ? null : $"unknown feature '{feature}'";

    private static bool IsAbsurd(double bytes) => Math.Abs(bytes) > MaxBytes;

    private static bool IsImpossible(ErrorStatistics e) => e.Count < 0 || e.UnderShare is < 0 or > 1 || e.Coverage is < 0 or > 1;

    private static bool IsTwice<T, TKey>(IReadOnlyCollection<T> all, Func<T, TKey> key) => all.DistinctBy(key).Count() != all.Count;
}
