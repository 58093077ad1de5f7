namespace LlmMemProfiler.Cli.Output;

/// <summary>Prints notes on stderr, one per line.</summary>
internal static class Remarks
{
    public static void Show(IEnumerable<string> remarks)
    {
        foreach (var remark in remarks)
            Terminal.Error.WriteLine($"note: {remark}");
    }
}
