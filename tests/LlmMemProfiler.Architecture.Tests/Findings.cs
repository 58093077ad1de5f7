namespace LlmMemProfiler.Architecture.Tests;

internal static class Findings
{
    /// <summary>Fails with a line for each; xunit's own message would cut them short.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var lines = findings.ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines.Prepend($"{lines.Count} found:")));
    }
}
