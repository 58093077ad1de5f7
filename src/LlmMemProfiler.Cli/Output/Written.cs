namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// What a command wrote, and where, or how to keep what it did not write: one line each, after the result; on stderr where stdout
/// is for JSON alone.
/// </summary>
/// <param name="isJson">True if stdout holds a JSON document.</param>
internal sealed class Written(bool isJson)
{
    /// <param name="files">What each is, such as 'record', and its path.</param>
    public void Show(params (string What, string Path)[] files)
    {
        foreach (var (what, path) in files)
            Line($"{what}: {path}");
    }

    /// <param name="what">What was not written.</param>
    /// <param name="how">The option that keeps it, and what it does.</param>
    public void ShowUnkept(string what, string how) => Line($"{what} not kept; {how}");

    // A path may be longer than a terminal is wide; wrapped, it could not be copied.
    public void Line(string text) => (isJson ? Terminal.Error : Terminal.Out).WriteWhole(text);
}
