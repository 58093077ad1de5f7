using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Harness.Sweeps;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows what a sweep did or, for a dry run, would do.</summary>
internal static class SweepSummary
{
    public static void Show(SweepRecord record)
    {
        if (record.Results is null)
            ShowPlan(record);
        foreach (var point in record.Points.Where(p => p.State == SweepStates.Skipped && record.Results is not null))
            Terminal.Out.WriteLine($"skipped: {point.Title} needs at least {point.Predicted}; {record.Capacity} available");
        var counts = string.Join(", ", record.Counts.Where(c => c.Value > 0).Select(c => $"{c.Value} {c.Key}"));
        Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Plan}{(record.Shard is { } shard ? $", shard {shard}" : "")}: {counts}{(record.Results is not null ? $" in {record.Seconds:F1} s" : Expected(record))}"));
    }

    /// <summary>The last lines: where the records are, and what is missing.</summary>
    public static void ShowEnd(SweepRecord record, bool isJson)
    {
        if (record.Results is not { } file)
            return;
        var written = new Written(isJson);
        if (record.Counts.Any(c => c.Value > 0 && c.Key is not (SweepStates.Skipped or SweepStates.Pending)))
            written.Show(("records", file));
        if (record.Interrupted)
            written.Line("interrupted; continue with --resume");
        if (record.DeviceLost is { } lost)
            written.Line($"{lost}; continue with --resume when it is back");
        else if (record.Failures > 0)
            written.Line(Failures(record, "--resume --retry-failed"));
    }

    /// <summary>How many points have no result, and what can be done; out of memory is a result.</summary>
    /// <param name="record">The sweep.</param>
    /// <param name="retry">The options that try them again.</param>
    public static string Failures(SweepRecord record, string retry) =>
        $"{record.Failures} of {record.Points.Count} points failed or timed out: {retry} tries them again, --timeout gives them longer";

    private static string Expected(SweepRecord record) =>
        record.ExpectedSeconds > 0 ? $"; {Durations.About(TimeSpan.FromSeconds(record.ExpectedSeconds), record.DeviceKind)}" : "";

    private static void ShowPlan(SweepRecord record)
    {
        Terminal.Out.Write(Points(record));
        Terminal.Out.WriteLine(
            $"predicted: tensor peak{(record.DeviceKind == DeviceKind.Virtual ? "" : " plus the guide's constant")}; available: {record.Capacity?.ToString() ?? "unknown"} on {string.Join(", ", record.Devices)}");
    }

    internal static ConsoleTable Points(SweepRecord record)
    {
        var table = new ConsoleTable().Word("id", rank: 3).Label("point").Number("predicted").Word("fits", rank: 1).Word("", rank: 2, name: "state");
        foreach (var p in record.Points)
            table.Row(p.PointId, p.Title, p.Predicted.ToString(), p.Fits is { } fits ? (fits ? "yes" : "no") : "unknown", p.State);
        return table;
    }
}
