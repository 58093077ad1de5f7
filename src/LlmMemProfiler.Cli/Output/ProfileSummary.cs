using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows a fitted profile: constants, then errors on held-out points.</summary>
internal static class ProfileSummary
{
    public static void Show(HardwareProfile profile, int skipped)
    {
        var (hardware, counts) = (profile.Hardware, profile.Counts);
        Line($"{profile.Name}: {hardware.Name} ({hardware.Kind.Name()}), libtorch {hardware.Libtorch}, {hardware.Threads} threads{(hardware.Allocator.Length > 0 ? $", {hardware.Allocator}" : "")}");
        Line($"{counts.Read} records of {counts.Points} points: {counts.Fitted} fitted, {counts.Conformal} for the interval, {counts.HeldOut} held out; " +
            $"excluded: {counts.NotOk} not ok, {counts.Incomplete} incomplete{(skipped > 0 ? $", {skipped} bad lines" : "")}");
        Terminal.Out.Write(Constants(profile));
        Line("");
        Line("Device total on held-out points:");
        Terminal.Out.Write(Errors(profile));
        foreach (var e in profile.Estimators)
        {
            Line($"{e.Estimator}: {e.Interval}");
            foreach (var group in e.HalfWidths.Groups)
                Line($"  {Width(e.HalfWidths.Unit, group.Value),-12} {group}");
            foreach (var extreme in e.Extremes)
                Line(string.Create(CultureInfo.InvariantCulture, $"  {PointAxis.WordsOf(extreme.Axis)}, {extreme.Cache.Name()}: {extreme.Count} points, off by {extreme.Worst:0.0} times that at worst"));
        }
    }

    internal static ConsoleTable Errors(HardwareProfile profile)
    {
        var table = new ErrorTable();
        foreach (var e in profile.Estimators)
            table.Add(e.Estimator, e.Before, e.After);
        return table.Build();
    }

    private static string Width(WidthUnit unit, double value) => unit == WidthUnit.Bytes
        ? $"±{new ByteSize((long)Math.Ceiling(value))}"
        : string.Create(CultureInfo.InvariantCulture, $"±{100 * value:0.00} %");

    internal static ConsoleTable Constants(HardwareProfile profile)
    {
        var table = new ConsoleTable().Label("constant").Number("value").Number("spread", rank: 1).Number("points", rank: 3).Number("outliers", rank: 2);
        Add("overhead (guide)", profile.Overhead);
        Add("context", profile.Context);
        foreach (var m in profile.Modules)
            Add($"modules {m.Dtype?.Name()} {m.Attention?.Name()}".TrimEnd(), m.Constant);
        foreach (var w in profile.Workspace)
            Add($"workspace {w.Dtype?.Name()} {w.Attention?.Name()}".TrimEnd(), w.Constant);
        foreach (var s in profile.Slack)
            Add($"slack {s.Dtype?.Name()} {s.Attention?.Name()}".TrimEnd(), s.Constant);
        if (profile.SlackGrowth is { } growth)
            AddLine("slack growth", growth);
        AddLine("residual", profile.Residual);
        return table;

        void Add(string name, FittedConstant c) => table.Row(name, c.Value.ToString(), c.Spread.ToString(), $"{c.Count}", $"{c.Outliers}");
        void AddLine(string name, LinearModel line)
        {
            table.Row(name, line.Constant.ToString(), $"±{line.ConstantError}", $"{line.Count}", $"{line.Outliers}");
            foreach (var s in line.Slopes)
            {
                table.Row(
                    $"  + {s.Feature}", string.Create(CultureInfo.InvariantCulture, $"{s.PerUnit:#,0.####} B per {s.Unit.Replace("bytes", "byte", StringComparison.Ordinal)}"),
                    string.Create(CultureInfo.InvariantCulture, $"±{s.StandardError:#,0.####}"), "", "");
            }
        }
    }

    private static void Line(string text) => Terminal.Out.WriteLine(text);
}
