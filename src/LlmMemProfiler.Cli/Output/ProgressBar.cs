namespace LlmMemProfiler.Cli.Output;

/// <summary>How much of a whole is done, as a bar.</summary>
internal static class ProgressBar
{
    private const int Width = 24;

    public static string Of(long done, long total)
    {
        var filled = (int)(Width * done / Math.Max(1, total));
        return new string('━', filled) + new string('╌', Width - filled);
    }
}
