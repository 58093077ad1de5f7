using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Stdout for results, stderr for progress and remarks. Into a pipe, lines are not broken at a terminal's width.</summary>
internal static class Terminal
{
    private const int WidthOfPipes = 240;

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isRedirected)
            console.Profile.Width = WidthOfPipes;
        return console;
    }
}
