using LlmMemProfiler.Core;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Stdout for results, stderr for progress and notes.</summary>
internal static class Terminal
{
    public static IAnsiConsole Out { get; private set; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Where a file that was asked for goes to stdout, all else goes to stderr.</summary>
    /// <exception cref="InputException">A document goes there, too.</exception>
    public static void LeaveStdout(bool isJson)
    {
        if (isJson)
            throw new InputException("--json needs stdout, where a file was to go; one of them must go to a file of its own");
        Out = Error;
    }

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
