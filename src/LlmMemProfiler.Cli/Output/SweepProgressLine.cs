using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Progress on stderr: one line per finished point and, on a terminal, a status line below.</summary>
internal sealed class SweepProgressLine(SweepState sweep) : IDisposable
{
    private readonly bool isLive = Terminal.Error.Profile.Capabilities.Interactive;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TimeLeft left = new(sweep.Jobs);
    private readonly Dictionary<SweepLane, (SweepJob Job, WorkerState? State)> running = [];
    private int width;

    public void Show(SweepEvent moment)
    {
        if (moment.Record is { } record)
        {
            running.Remove(moment.Lane);
            left.Finish(moment.Job.Predicted);
            WriteLine($"{Counted()}  {record.Status.Name(),-7}  {moment.Job.Title}{Outcome(record)}{Times()}");
        }
        else
        {
            running[moment.Lane] = (moment.Job, moment.State);
        }
        if (isLive)
            Rewrite(Now());
    }

    public void Dispose() => Rewrite("");

    private string Counted()
    {
        var digits = sweep.Jobs.Count.ToString(CultureInfo.InvariantCulture).Length;
        return $"{sweep.Done.ToString(CultureInfo.InvariantCulture).PadLeft(digits)}/{sweep.Jobs.Count}";
    }

    private static string Outcome(RunRecord record) => record.Status == RunStatus.Ok
        ? $"  {record.Measured.DevicePeak?.ToString() ?? "peak unknown"}"
        : $"  {record.Error}";

    private string Times() => (left.After(clock.Elapsed) is { } time && sweep.Done < sweep.Jobs.Count ? $"  {Shown(time)} left" : "") +
        (sweep.Errors > 0 ? $"  {sweep.Errors} not ok" : "");

    private string Now() => string.Join("  ", running.Values.Select(r => r.Job.Title + (r.State is { } s ? $" {s.Phase.Name()} {s.Done * 100 / Math.Max(1, s.Total)} %" : "")));

    private static string Shown(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private void WriteLine(string line)
    {
        Rewrite("");
        Terminal.Error.Profile.Out.Writer.WriteLine(line);
    }

    /// <summary>Rewrites the last line of a terminal.</summary>
    private void Rewrite(string line)
    {
        if (!isLive)
            return;
        var max = Math.Max(20, Terminal.Error.Profile.Width - 1);
        var text = line.Length > max ? line[..max] : line;
        Terminal.Error.Profile.Out.Writer.Write($"\r{text.PadRight(Math.Min(width, max))}{(text.Length == 0 ? "\r" : "")}");
        width = text.Length;
    }
}
