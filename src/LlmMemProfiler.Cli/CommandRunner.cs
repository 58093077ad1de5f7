using System.CommandLine;
using System.CommandLine.Parsing;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Cli;

/// <summary>Runs the command line; each failure becomes one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    /// <param name="root">All commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">What stdout goes through.</param>
    public static int Run(RootCommand root, string[] args, DroppingWriter output)
    {
        var code = Run(root, args);
        if (output.Fault is not { } fault)
            return code;
        Terminal.Say($"stdout cannot be written ({fault}); what was shown is incomplete");
        return code == ExitCode.Done ? ExitCode.Failed : code;
    }

    private static int Run(RootCommand root, string[] args)
    {
        // An argument that starts with '@' is an ordinary file name, not a response file.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 || Mistyped(parsed) is not null)
            return Fail(Message(parsed), ExitCode.BadInput);
        if (Empty(parsed) is { } empty)
            return Fail($"bad {empty} ''; must not be empty", ExitCode.BadInput);
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
            Terminal.SayFault(e);
            return ExitCode.InternalError;
        }
    }

    private static int Fail(string message, int code)
    {
        Terminal.Say(message);
        return code;
    }

    private static string Message(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"see {string.Join(' ', Path(parsed.CommandResult))} --help";
        if ((Mistyped(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is { } word)
        {
            var known = command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(o => o.Name).Distinct()
                .Concat(Shown(command).Select(c => c.Name));
            var near = NearNames.Of(word, known);
            return near.Count > 0
                ? $"unknown '{word}'; did you mean {string.Join(" or ", near)}? ({help})"
                : command.Subcommands.Count > 0
                ? $"unknown command '{word}'; commands: {string.Join(", ", Shown(command).Select(c => c.Name))}; {help}"
                : $"unknown '{word}'; {help}";
        }
        if (command.Subcommands.Count > 0)
            return $"missing command; commands: {string.Join(", ", Shown(command).Select(c => c.Name))}; {help}";
        return Missing(parsed).ToArray() is { Length: > 0 } missing
            ? $"missing {string.Join(" and ", missing)}; {help}"
            : $"{parsed.Errors[0].Message.TrimEnd('.')}; {help}";
    }

    /// <summary>What the command needs and was not given: arguments, options, and values of options.</summary>
    private static IEnumerable<string> Missing(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        foreach (var argument in command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && !a.HasDefaultValue))
        {
            if (parsed.GetResult(argument) is not { Tokens.Count: > 0 })
                yield return $"{argument.Name} ({argument.Description})";
        }
        foreach (var option in command.Options)
        {
            var result = parsed.GetResult(option);
            if (option.Required && result is not { IdentifierTokenCount: > 0 })
                yield return $"{option.Name} {option.HelpName} ({option.Description})";
            else if (option.Arity.MinimumNumberOfValues > 0 && result is { IdentifierTokenCount: > 0, Tokens.Count: 0 })
                yield return $"a value for {option.Name} ({option.HelpName}: {option.Description})";
        }
    }

    private static IEnumerable<Command> Shown(Command command) => command.Subcommands.Where(c => !c.Hidden);

    /// <summary>The option or argument that was given as an empty text, which names nothing; null if there is none.</summary>
    private static string? Empty(ParseResult parsed) => parsed.CommandResult.Children
        .Where(child => child.Tokens.Any(token => token.Value.Length == 0))
        .Select(child => child is OptionResult option ? option.Option.Name : ((ArgumentResult)child).Argument.Name)
        .FirstOrDefault();

    /// <summary>A mistyped option parsed as an argument: name it, rather than what follows it.</summary>
    private static string? Mistyped(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(a => a.Tokens)
            .Select(t => t.Value)
            .FirstOrDefault(v => v.StartsWith('-'));

    private static IEnumerable<string> Path(SymbolResult result) =>
        result is CommandResult command
            ? (command.Parent is null ? [] : Path(command.Parent)).Append(command.Command is RootCommand ? "llmmem" : command.Command.Name)
            : [];
}
