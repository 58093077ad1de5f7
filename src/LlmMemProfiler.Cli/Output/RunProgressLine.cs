using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// Progress on stderr: a line rewritten in place on a terminal, one line per phase elsewhere. Writes on the measuring thread, at
/// most ten times a second, so that no other thread competes with the measurement.
/// </summary>
internal sealed class RunProgressLine(string device) : IDisposable
{
    private readonly bool isLive = Terminal.Error.IsInteractive;
    private long lastShown = Environment.TickCount64 - 1000;
    private bool isOpen;

    public void Show(RunProgress progress)
    {
        var isEnd = progress.Done == progress.Total;
        if (!isEnd && (!isLive || Environment.TickCount64 - lastShown < 100))
            return;
        lastShown = Environment.TickCount64;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Phase.Name(),-8} {ProgressBar.Of(progress.Done, progress.Total)} {100.0 * progress.Done / progress.Total,5:F1} %  {progress.Seconds,6:F1} s  {progress.Speed}  on {ForeignText.Plain(device)}");
        if (!isLive)
        {
            Terminal.Error.WriteWhole(line);
            return;
        }
        var width = Math.Max(20, Terminal.Error.Width - 1);
        Terminal.Error.Rewrite(line.Length > width ? line[..width] : line.PadRight(width));
        isOpen = true;
        if (isEnd)
            Dispose();
    }

    public void Dispose()
    {
        if (isOpen)
            Terminal.Error.WriteWhole("");
        isOpen = false;
    }
}
