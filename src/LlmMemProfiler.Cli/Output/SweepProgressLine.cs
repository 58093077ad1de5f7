using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// Progress on stderr, over the whole plan whenever it was begun: one line per finished point and, on a terminal, a bar below.
/// </summary>
/// <param name="sweep">The sweep.</param>
/// <param name="lanes">How many points are measured at the same time.</param>
internal sealed class SweepProgressLine(SweepState sweep, int lanes) : IDisposable
{
    private readonly bool isLive = Terminal.Error.IsInteractive;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TimeLeft left = new(sweep.Expected, lanes);
    private readonly Dictionary<SweepLane, (SweepJob Job, WorkerState? State)> running = [];
    private int width;

    public void Show(SweepEvent moment)
    {
        if (moment.Record is { } record)
        {
            running.Remove(moment.Lane);
            left.Finish(sweep.ExpectedOf(moment.Job));
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
        var total = sweep.Total.ToString(CultureInfo.InvariantCulture);
        return $"{sweep.Reached.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}";
    }

    private static string Outcome(RunRecord record) => record.Status == RunStatus.Ok
        ? $"  {(record.Device.Kind == DeviceKind.Virtual ? $"{record.Measured.ReservedPeak} reserved" : record.Measured.DevicePeak?.ToString() ?? "peak unknown")}"
        : $"  {record.Error}";

    private string Times() => $"  {Clock()}{(sweep.Errors > 0 ? $"  {sweep.Errors} not ok" : "")}";

    private string Clock()
    {
        var elapsed = $"{Durations.Clock(clock.Elapsed)} elapsed";
        return sweep.Reached < sweep.Total ? $"{elapsed}  {Durations.Clock(left.After(clock.Elapsed))} left" : elapsed;
    }

    private string Now() => string.Create(
        CultureInfo.InvariantCulture,
        $"{ProgressBar.Of(sweep.Reached, sweep.Total)} {100.0 * sweep.Reached / sweep.Total:0} %  {Counted()}  {Clock()}  {string.Join("  ", running.Values.Select(Running))}");

    private static string Running((SweepJob Job, WorkerState? State) r) =>
        r.Job.Title + (r.State is { } s ? $" {s.Phase.Name()} {s.Done * 100 / Math.Max(1, s.Total)} %" : "");

    private void WriteLine(string line)
    {
        Rewrite("");
        Terminal.Error.WriteWhole(line);
    }

    /// <summary>Rewrites the last line of a terminal.</summary>
    private void Rewrite(string line)
    {
        if (!isLive)
            return;
        var max = Math.Max(20, Terminal.Error.Width - 1);
        var plain = ForeignText.Plain(line);
        var text = plain.Length > max ? plain[..max] : plain;
        Terminal.Error.Rewrite(text.PadRight(Math.Min(width, max)), text.Length == 0 ? "\r" : "");
        width = text.Length;
    }
}
