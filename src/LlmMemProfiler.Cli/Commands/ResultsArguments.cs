using System.CommandLine;
using LlmMemProfiler.Calibration;

namespace LlmMemProfiler.Cli.Commands;

/// <summary>RESULTS and --skip-bad: what every command that reads records takes.</summary>
internal sealed class ResultsArguments
{
    private readonly Argument<string[]> results = new("RESULTS")
    {
        Description = "Results files (results.jsonl), or folders that hold them",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> skipBad = new("--skip-bad") { Description = "Leave out lines that are no records, and count them, instead of ending" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(results);
        command.Options.Add(skipBad);
    }

    public CalibrationInput Read(ParseResult parsed) =>
        CalibrationInput.ReadFiles(parsed.GetRequiredValue(results), parsed.GetValue(skipBad));
}
