namespace LlmMemProfiler.Device.LibTorch;

internal static class LoadError
{
    /// <summary>The dynamic loader's message, from .NET's long explanation.</summary>
    public static string Summary(DllNotFoundException e)
    {
        var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(l => l.Contains("undefined symbol", StringComparison.Ordinal) || l.Contains("version", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(l => l.StartsWith('/'))
            ?? lines[0];
    }
}
