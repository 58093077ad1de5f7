using System.Text.RegularExpressions;
using LlmMemProfiler.Architecture.Tests.Sources;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Text reaches the terminal through one place, which takes the escape sequences and line breaks of foreign names away.</summary>
public partial class TerminalTests
{
    /// <summary>The place, and what is between it and the terminal.</summary>
    private static readonly string[] Writers =
    [
        "LlmMemProfiler.Cli/Output/Terminal.cs", "LlmMemProfiler.Cli/Output/PlainConsole.cs", "LlmMemProfiler.Cli/Output/DroppingWriter.cs",
        "LlmMemProfiler.Cli/Output/ConsoleWidth.cs",
    ];

    [Fact]
    public void Nothing_else_writes_to_it() => Findings.None(SourceFile.All
        .Where(file => !Writers.Contains(file.Path))
        .SelectMany(file => Writing().Matches(file.Code).Select(match => file.Place(match.Index))));

    [Fact]
    public void Nothing_is_markup() => Findings.None(SourceFile.All.SelectMany(file => Markup().Matches(file.Code).Select(match => file.Place(match.Index))));

    [GeneratedRegex(@"\bConsole\.(Out\b|Error\b|Write)|\bOut\.Writer\b|\bAnsiConsole\.")]
    private static partial Regex Writing();

    [GeneratedRegex(@"\bMarkup(Line|Interpolated)?\b|\bnew Rule\(|\bnew Panel\(")]
    private static partial Regex Markup();
}
