using LlmMemProfiler.Cli.Output;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Tests.Output;

/// <summary>A table as a console of some width shows it, read back from the characters.</summary>
internal sealed record Rendered(string[] Lines)
{
    public static Rendered At(int width, ConsoleTable table)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = width;
        console.Write(table);
        Assert.EndsWith("\n", text.ToString(), StringComparison.Ordinal);
        return new(text.ToString()[..^1].Split('\n'));
    }

    /// <summary>What is below the table, in one line; empty for nothing.</summary>
    public string Note => string.Join(' ', Lines.Where(line => !"╭│├╰".Contains(line[0])).Select(line => line.Trim()));

    /// <summary>Each column's cells below its head, from top to bottom, joined by lines.</summary>
    public string[] Columns
    {
        get
        {
            var body = Lines.SkipWhile(line => line[0] != '├').Where(line => line[0] == '│')
                .Select(line => line.Split('│')[1..^1].Select(cell => cell.Trim()).ToArray()).ToList();
            return [.. body[0].Select((_, column) => string.Join('\n', body.Select(row => row[column])))];
        }
    }

    public string[] Heads
    {
        get
        {
            var heads = Lines.TakeWhile(line => line[0] != '├').Where(line => line[0] == '│')
                .Select(line => line.Split('│')[1..^1].Select(cell => cell.Trim()).ToArray()).ToList();
            return [.. heads[0].Select((_, column) => string.Join(' ', heads.Select(line => line[column])).Trim())];
        }
    }
}
