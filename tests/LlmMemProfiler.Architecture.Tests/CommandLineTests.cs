using System.Text.RegularExpressions;
using LlmMemProfiler.Architecture.Tests.Sources;

namespace LlmMemProfiler.Architecture.Tests;

public partial class CommandLineTests
{
    [Theory]
    [InlineData("LlmMemProfiler.Core")]
    [InlineData("LlmMemProfiler.Calibration")]
    public void What_is_below_the_command_line_names_no_option_and_no_command(string project)
    {
        var files = SourceFile.All.Where(file => file.Path.StartsWith(project + "/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Findings.None(files.SelectMany(file => file.Literals.Where(l => CommandLine().IsMatch(l.Text)).Select(l => file.Place(l.Start))));
    }

    [GeneratedRegex("--[A-Za-z]|\\bllmmem [a-z]")]
    private static partial Regex CommandLine();
}
