using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Commands;

/// <summary>Adds examples to a command's help.</summary>
internal static class CommandHelp
{
    public static TCommand WithExamples<TCommand>(this TCommand command, params string[] examples)
        where TCommand : Command
    {
        // Only the root command has a help option by default.
        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
            command.Options.Add(help = new());
        help.Action = new ExamplesAction(examples);
        return command;
    }

    private sealed class ExamplesAction(string[] examples) : SynchronousCommandLineAction
    {
        private readonly HelpAction general = ConsoleWidth.Asked is { } width ? new() { MaxWidth = width } : new();

        /// <summary>Show help even if required arguments are missing.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = general.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  llmmem {example}");
            return code;
        }
    }
}
