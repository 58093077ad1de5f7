using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Cli.Output;

/// <summary>One line on stderr before a sweep measures: what is there, what is left, how long that takes, and where it goes.</summary>
internal static class SweepOpening
{
    public static void Show(SweepState sweep, string plan, int lanes, DeviceKind device, string results)
    {
        var skipped = sweep.Total - sweep.Before - sweep.Jobs.Count;
        string?[] parts =
        [
            sweep.Before > 0 ? $"{sweep.Before} measured before" : null,
            skipped > 0 ? $"{skipped} cannot fit" : null,
            sweep.Jobs.Count > 0 ? $"{sweep.Jobs.Count} to measure, {Durations.About(sweep.Expected / lanes, device)}" : "nothing left to measure",
        ];
        // A path may be longer than a terminal is wide.
        Terminal.Error.WriteWhole($"{plan}, {sweep.Total} {(sweep.Total == 1 ? "point" : "points")}: {string.Join(", ", parts.OfType<string>())}; results: {results}");
    }
}
