using LlmMemProfiler.Core;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Stdout for results, stderr for progress and notes: the one place through which text reaches either.</summary>
internal static class Terminal
{
    public static PlainConsole Out { get; private set; } = Create(Console.Out, Console.IsOutputRedirected);

    public static PlainConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Says something about the work on stderr, in one line after the program's name.</summary>
    public static void Say(string message) => Console.Error.WriteLine($"llmmem: {ForeignText.Plain(message.ReplaceLineEndings(" "))}");

    /// <summary>Adds a piece of a text to stderr, as it comes; its own line breaks stay.</summary>
    public static void Add(string piece) => Console.Error.Write(string.Join('\n', piece.Split('\n').Select(ForeignText.Plain)));

    /// <summary>Says what the program itself did wrong, which takes many lines.</summary>
    public static void SayFault(Exception fault) => Console.Error.WriteLine(
        $"llmmem: internal error, please report it: {string.Join(Environment.NewLine, $"{fault}".Split('\n').Select(line => ForeignText.Plain(line.TrimEnd('\r'))))}");

    /// <summary>Where a file that was asked for goes to stdout, all else goes to stderr.</summary>
    /// <exception cref="InputException">A document goes there, too.</exception>
    public static void LeaveStdout(bool isJson)
    {
        if (isJson)
            throw new InputException("--json needs stdout, where a file was to go; one of them must go to a file of its own");
        Out = Error;
    }

    private static PlainConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (ConsoleWidth.Of(isRedirected) is { } width)
            console.Profile.Width = width;
        return new(console);
    }
}
