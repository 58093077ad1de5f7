using System.CommandLine;
using System.CommandLine.Parsing;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Core;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Cli;

/// <summary>Runs the command line: each failure becomes one line on stderr and its exit code.</summary>
internal static class CommandRunner
{
    public static int Run(RootCommand root, string[] args)
    {
        // An argument that begins with '@' is a file's name like any other, and no list of further arguments.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 || Mistaken(parsed) is not null)
            return Fail(Message(parsed), ExitCode.BadInput);
        try
        {
            return parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (FieldException e)
        {
            return Fail(e.Renamed(SharedOptions.NameOf).Message, ExitCode.BadInput);
        }
        catch (InputException e)
        {
            return Fail(e.Message, ExitCode.BadInput);
        }
        catch (DeviceException e)
        {
            return Fail(e.Message, ExitCode.NoDevice);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Console.Error.WriteLine($"llmmem: a fault of this program, please report it: {e}");
            return ExitCode.InternalError;
        }
    }

    private static int Fail(string message, int code)
    {
        // A message quotes what was typed; that must neither make a second line nor move the terminal's cursor.
        var line = string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
        Console.Error.WriteLine($"llmmem: {line}");
        return code;
    }

    private static string Message(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"see {string.Join(' ', Path(parsed.CommandResult))} --help";
        if ((Mistaken(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is { } word)
        {
            var known = command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(o => o.Name)
                .Concat(Shown(command).Select(c => c.Name));
            var near = NearNames.Of(word, known);
            return near.Count > 0
                ? $"'{word}' is not understood; did you mean {string.Join(" or ", near)}? ({help})"
                : command.Subcommands.Count > 0
                ? $"'{word}' is not understood; the commands are {string.Join(", ", Shown(command).Select(c => c.Name))}; {help}"
                : $"'{word}' is not understood; {help}";
        }
        return command.Subcommands.Count > 0
            ? $"a command is needed: {string.Join(" or ", Shown(command).Select(c => c.Name))}; {help}"
            : $"{parsed.Errors[0].Message.TrimEnd('.')}; {help}";
    }

    private static IEnumerable<Command> Shown(Command command) => command.Subcommands.Where(c => !c.Hidden);

    /// <summary>A mistyped option that was taken for an argument: it, and not what follows it, is to be named.</summary>
    private static string? Mistaken(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(a => a.Tokens)
            .Select(t => t.Value)
            .FirstOrDefault(v => v.StartsWith('-'));

    private static IEnumerable<string> Path(SymbolResult result) =>
        result is CommandResult command
            ? (command.Parent is null ? [] : Path(command.Parent)).Append(command.Command is RootCommand ? "llmmem" : command.Command.Name)
            : [];
}
