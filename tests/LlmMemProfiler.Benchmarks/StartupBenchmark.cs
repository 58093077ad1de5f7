using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Whole processes of <c>llmmem estimate</c>: their time, what they computed, and their largest resident set.</summary>
internal static class StartupBenchmark
{
    private const int Runs = 15;

    public static void Run()
    {
        var gpt3 = Path.Combine(AppContext.BaseDirectory, "gpt3.json");
        foreach (var line in (string[])
        [
            "estimate",
            "estimate guide-354m --batch 8 --prompt 512 --new-tokens 512",
            "estimate guide-354m --batch 8 --prompt 512 --new-tokens 512 --target h100",
            $"estimate {gpt3} --batch 4 --prompt 2048 --new-tokens 256",
            $"estimate {gpt3} --batch 4 --prompt 2048 --new-tokens 256 --target h100",
        ])
        {
            var runs = Enumerable.Range(0, Runs).Select(_ => Measure(line.Split(' '))).ToList();
            var (wall, computed) = (Sorted(runs, r => r.Seconds), Sorted(runs, r => r.Computed));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"llmmem {line.Replace(gpt3, "gpt3.json", StringComparison.Ordinal)}: median {wall[Runs / 2]:F3} s, from {wall[0]:F3} to {wall[^1]:F3} s over {Runs} processes; " +
                $"of processors {computed[Runs / 2]:F3} s; at most {runs.Max(r => r.Resident) / 1e6:F0} MB resident"));
        }
    }

    private static (double Seconds, double Computed, long Resident) Measure(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "llmmem"), arguments) { RedirectStandardOutput = true };
        var watch = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        // Read along, or a full pipe would hold it up.
        var output = process.StandardOutput.ReadToEndAsync();
        var (resident, computed) = (0L, 0.0);
        while (!process.WaitForExit(5))
        {
            process.Refresh();
            try
            {
                (resident, computed) = (Math.Max(resident, process.PeakWorkingSet64), process.TotalProcessorTime.TotalSeconds);
            }
            catch (InvalidOperationException)
            {
                // It has just ended; of what has ended the system tells nothing any more.
            }
        }
        var seconds = Stopwatch.GetElapsedTime(watch).TotalSeconds;
        _ = output.Result;
        return process.ExitCode == 0
            ? (seconds, computed, resident)
            : throw new InvalidOperationException($"llmmem {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static double[] Sorted<T>(IEnumerable<T> runs, Func<T, double> of) => [.. runs.Select(of).Order()];
}
