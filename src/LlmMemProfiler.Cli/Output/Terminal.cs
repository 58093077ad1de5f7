using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Stdout for results, stderr for progress and notes.</summary>
internal static class Terminal
{
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (ConsoleWidth.Of(isRedirected) is { } width)
            console.Profile.Width = width;
        return console;
    }
}
