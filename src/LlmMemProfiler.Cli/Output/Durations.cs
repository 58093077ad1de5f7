using System.Globalization;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Times as people read them.</summary>
internal static class Durations
{
    /// <summary>To the second: '1:02', '2:00:31'.</summary>
    public static string Clock(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>What measurements are expected to take, no more exact than that is: 'about 40 s', 'about 12 min', 'about 2.5 h'.</summary>
    public static string About(TimeSpan time, DeviceKind device) => (time switch
    {
        { TotalSeconds: < 95 } => Text($"about {10 * Math.Max(1, Math.Round(time.TotalSeconds / 10)):0} s"),
        { TotalMinutes: < 90 } => Text($"about {time.TotalMinutes:0} min"),
        _ => Text($"about {time.TotalHours:0.#} h"),
    }) + (device != DeviceKind.Cuda ? "" : " (at the pace of an H100, the one GPU that was timed)");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
