using LlmMemProfiler.Cli.Output;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Tests.Output;

/// <summary>Text from outside does nothing on a terminal, by whatever way it gets there.</summary>
public class PlainOutputTests
{
    private const string Hostile = "a\e[2J\nb", Plain = @"a\u001b[2J\u000ab";

    [Fact]
    public void Lines_and_those_that_are_written_over()
    {
        var text = new StringWriter();
        var spectre = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        spectre.Profile.Width = 80;
        var console = new PlainConsole(spectre);
        console.WriteLine(Hostile);
        console.WriteWhole(Hostile);
        console.Rewrite(Hostile);
        Assert.Equal($"{Plain}\n{Plain}\n\r{Plain}", text.ToString());
    }

    [Fact]
    public void A_table_in_head_and_foot_too()
    {
        var table = new ConsoleTable().Label(Hostile).Number("bytes", foot: Hostile);
        table.Row(Hostile, "1");
        Assert.Equal(3, string.Join('\n', Rendered.At(80, table).Lines).Split(Plain).Length - 1);
    }

    [Fact]
    public void What_is_said_is_one_line_and_what_went_wrong_one_for_each_of_its_own()
    {
        var (before, text) = (Console.Error, new StringWriter());
        Console.SetError(text);
        try
        {
            Terminal.Say(Hostile);
            Terminal.SayFault(new InvalidOperationException("a\e[2J\r\nb"));
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.Equal("llmmem: a\\u001b[2J b\nllmmem: internal error, please report it: System.InvalidOperationException: a\\u001b[2J\nb\n", text.ToString());
    }
}
