using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// Progress on stderr: a line rewritten in place on a terminal, one line per phase elsewhere. Writes on the measuring thread, at
/// most ten times a second, so that no other thread competes with the measurement.
/// </summary>
/// <param name="device">The device's name.</param>
/// <param name="hasSpeed">False where nothing is computed.</param>
internal sealed class RunProgressLine(string device, bool hasSpeed) : IDisposable
{
    private readonly LiveLine live = new();

    public void Show(RunProgress progress)
    {
        var isEnd = progress.Done == progress.Total;
        if (LiveLine.IsPossible)
            live.Show(Line, isEnd);
        else if (isEnd)
            Terminal.Error.WriteWhole(Line());
        if (isEnd)
            live.Dispose();

        string Line() => string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Phase.Name(),-8} {ProgressBar.Of(progress.Done, progress.Total)} {100.0 * progress.Done / progress.Total,5:F1} %  {progress.Seconds,6:F1} s  {(hasSpeed ? $"{progress.Speed}  " : "")}on {ForeignText.Plain(device)}");
    }

    public void Dispose() => live.Dispose();
}
