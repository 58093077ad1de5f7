namespace LlmMemProfiler.Cli.Tests;

public class HelpTests
{
    [Fact]
    public async Task The_program_lists_its_commands_and_each_has_help_with_examples()
    {
        var help = (await Llmmem.Run("--help")).Quietly().Output;
        var commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..help.IndexOf("Examples:", StringComparison.Ordinal)].Split('\n').Skip(1)
            .Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0).ToArray();
        Assert.Contains("estimate", commands);
        Assert.Contains("run", commands);
        // Not for people.
        Assert.DoesNotContain("worker", commands);
        Assert.Contains("\n  llmmem run\n", help, StringComparison.Ordinal);
        foreach (var command in commands)
        {
            var text = (await Llmmem.Run(command, "--help")).Quietly().Output;
            Assert.Contains($"llmmem {command}", text, StringComparison.Ordinal);
            Assert.Contains("--json", text, StringComparison.Ordinal);
            var examples = text[text.IndexOf("Examples:", StringComparison.Ordinal)..].TrimEnd().Split('\n')[1..];
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.StartsWith($"  llmmem {command}", example, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("estimate")]
    [InlineData("run")]
    [InlineData("report")]
    [InlineData("sweep")]
    public async Task Every_option_of_an_example_exists(string command)
    {
        var text = (await Llmmem.Run(command, "--help")).Quietly().Output;
        var examples = text.IndexOf("Examples:", StringComparison.Ordinal);
        var used = text[examples..].Split([' ', '\n']).Where(w => w.StartsWith("--", StringComparison.Ordinal));
        Assert.All(used, option => Assert.Contains($"\n  {option}", text[..examples], StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_told() =>
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", (await Llmmem.Run("--version")).Quietly().Output);
}
