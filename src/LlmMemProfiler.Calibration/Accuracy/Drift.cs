using System.Globalization;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>What changed between two profiles.</summary>
public static class Drift
{
    /// <summary>Compares constant by constant. A constant has moved if it changed by more than the sum of both spreads; a slope, by more
    /// than twice the sum of both standard errors.</summary>
    /// <param name="then">The older profile.</param>
    /// <param name="now">The newer one.</param>
    /// <param name="points">Measured points, for what a slope comes to.</param>
    public static DriftRecord Between(HardwareProfile then, HardwareProfile now, IReadOnlyCollection<MeasuredPoint> points)
    {
        var (before, after) = (Constants(then, points).ToDictionary(c => c.Name), Constants(now, points).ToDictionary(c => c.Name));
        var constants = before.Keys.Union(after.Keys)
            .Select(name => Compare(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
            .OrderByDescending(c => c.Moved)
            .ThenByDescending(c => c.Unit == "bytes" ? Math.Abs((c.Now ?? 0) - (c.Then ?? 0)) : 0)
            .ThenBy(c => c.Constant, StringComparer.Ordinal);
        return new(Title(then), Title(now), [.. Versions(then, now)], [.. constants]);
    }

    private static ConstantDrift Compare(string name, Named? then, Named? now)
    {
        var (known, moved) = ((then ?? now)!, (now?.Value ?? 0) - (then?.Value ?? 0));
        return new(
            name, then?.Value, now?.Value, known.Unit, Math.Round(moved * known.Reach),
            Math.Abs(moved) > (then?.Spread ?? 0) + (now?.Spread ?? 0));
    }

    private static IEnumerable<Named> Constants(HardwareProfile profile, IReadOnlyCollection<MeasuredPoint> points)
    {
        yield return Bytes("overhead", profile.Overhead);
        yield return Bytes("context", profile.Context);
        foreach (var keyed in profile.Modules)
            yield return Bytes(NameOf("modules", keyed), keyed.Constant);
        foreach (var keyed in profile.Workspace)
            yield return Bytes(NameOf("workspace", keyed), keyed.Constant);
        foreach (var keyed in profile.Slack)
            yield return Bytes(NameOf("slack", keyed), keyed.Constant);
        foreach (var line in Line("slack growth", profile.SlackGrowth, points).Concat(Line("residual", profile.Residual, points)))
            yield return line;
    }

    private static IEnumerable<Named> Line(string part, LinearModel? line, IReadOnlyCollection<MeasuredPoint> points)
    {
        if (line is null)
            yield break;
        yield return new(part, "bytes", line.Constant.Bytes, 2.0 * line.ConstantError.Bytes, 1);
        foreach (var slope in line.Slopes)
        {
            var feature = ShapeFeature.Named(slope.Feature);
            var reach = points.Select(p => feature.Of(p.Model, p.Workload)).DefaultIfEmpty(0).Max();
            yield return new($"{part} over {slope.Feature}", $"bytes per {slope.Unit}", slope.PerUnit, 2 * slope.StandardError, reach);
        }
    }

    private static Named Bytes(string name, FittedConstant constant) => new(name, "bytes", constant.Value.Bytes, constant.Spread.Bytes, 1);

    internal static string NameOf(string name, KeyedConstant keyed) => string.Join(' ', new[] { name, keyed.Dtype?.Name(), keyed.Attention?.Name() }.Where(k => k is not null));

    private static IEnumerable<string> Versions(HardwareProfile then, HardwareProfile now)
    {
        (string What, string? Then, string? Now)[] versions =
        [
            ("llmmem", then.Evidence.Program, now.Evidence.Program),
            ("libtorch", then.Hardware.Libtorch, now.Hardware.Libtorch),
            ("TorchSharp", then.Evidence.TorchSharp, now.Evidence.TorchSharp),
            (".NET", then.Evidence.Runtime, now.Evidence.Runtime),
            ("driver", then.Hardware.Driver, now.Hardware.Driver),
            ("device", then.Hardware.Name, now.Hardware.Name),
            ("system", then.Hardware.Os, now.Hardware.Os),
            ("threads", $"{then.Hardware.Threads}", $"{now.Hardware.Threads}"),
            ("allocator settings", then.Hardware.Allocator, now.Hardware.Allocator),
        ];
        return versions.Where(v => v.Then != v.Now).Select(v => $"{v.What} {Shown(v.Then)} to {Shown(v.Now)}");
    }

    private static string Shown(string? value) => value is null or "" ? "none" : value;

    private static string Title(HardwareProfile profile) => string.Create(
        CultureInfo.InvariantCulture, $"{profile.Name} of {profile.Evidence.Newest.UtcDateTime:yyyy-MM-dd}, llmmem {profile.Evidence.Program}");

    /// <param name="Name">Its name.</param>
    /// <param name="Unit">Of its value.</param>
    /// <param name="Value">In bytes, or bytes per unit.</param>
    /// <param name="Spread">How far it may be off by noise.</param>
    /// <param name="Reach">Units of the measured point that has the most.</param>
    private sealed record Named(string Name, string Unit, double Value, double Spread, double Reach);
}
