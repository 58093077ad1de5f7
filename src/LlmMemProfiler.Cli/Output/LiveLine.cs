namespace LlmMemProfiler.Cli.Output;

/// <summary>The last line of a terminal, on stderr, rewritten in place; nothing elsewhere.</summary>
internal sealed class LiveLine : IDisposable
{
    private const int MillisecondsBetween = 100;

    private bool isOpen;
    private long lastShown;

    /// <param name="delay">Milliseconds until it is first shown: what is done sooner needs no progress.</param>
    public LiveLine(int delay = 0) => lastShown = Environment.TickCount64 + delay - MillisecondsBetween;

    public static bool IsPossible => Terminal.Error.IsInteractive;

    /// <summary>Rewrites the line, at most ten times a second.</summary>
    /// <param name="text">Made only if it is shown.</param>
    /// <param name="isLast">True to show it in any case.</param>
    public void Show(Func<string> text, bool isLast = false)
    {
        if (!IsPossible || (!isLast && Environment.TickCount64 - lastShown < MillisecondsBetween))
            return;
        lastShown = Environment.TickCount64;
        var (line, width) = (text(), Math.Max(20, Terminal.Error.Width - 1));
        Terminal.Error.Rewrite(line.Length > width ? line[..width] : line.PadRight(width));
        isOpen = true;
    }

    public void Dispose()
    {
        if (isOpen)
            Terminal.Error.WriteWhole("");
        isOpen = false;
    }
}
