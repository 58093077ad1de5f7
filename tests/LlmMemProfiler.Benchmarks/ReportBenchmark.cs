using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Tests;

namespace LlmMemProfiler.Benchmarks;

/// <summary>One whole process of <c>llmmem report</c> over many records: its time and its largest resident set.</summary>
internal static class ReportBenchmark
{
    public static async Task Run(int records)
    {
        var folder = Directory.CreateTempSubdirectory("llmmem-report-").FullName;
        try
        {
            using (var file = File.Create(Path.Combine(folder, ResultsFile.Name)))
            {
                foreach (var line in SyntheticSweep.Many(records).AsParallel().AsOrdered().Select(Line))
                    await file.WriteAsync(line);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records:N0} records, {file.Length / 1e6:F0} MB of JSON"));
            }
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "llmmem.dll"), "report", folder, "--out", Path.Combine(folder, "report")])
            {
                RedirectStandardOutput = true,
            };
            var watch = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            long peak = 0;
            while (!process.WaitForExit(20))
            {
                process.Refresh();
                if (!process.HasExited)
                    peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"exit code {process.ExitCode}, {Stopwatch.GetElapsedTime(watch).TotalSeconds:F1} s, at most {peak / 1e6:F0} MB resident, page of {new FileInfo(Path.Combine(folder, "report", "report.html")).Length / 1e6:F1} MB"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Line(RunRecord record) =>
        [.. System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(record with { PointId = record.Key.Id }, RecordJson.Default.RunRecord), (byte)'\n'];
}
