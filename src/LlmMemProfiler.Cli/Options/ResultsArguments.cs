using System.CommandLine;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Options;

/// <summary>RESULTS and --skip-bad: what every command that reads records takes.</summary>
internal sealed class ResultsArguments(bool isOptional = false)
{
    private readonly Argument<string[]> results = new("RESULTS")
    {
        Description = "Results files (results.jsonl), or folders that hold them",
        Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> skipBad = new("--skip-bad") { Description = "Leave out lines that are no records, and count them, instead of ending" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(results);
        command.Options.Add(skipBad);
    }

    /// <summary>Files and folders as they were named; none where none needs to be.</summary>
    public IReadOnlyList<string> Paths(ParseResult parsed) => parsed.GetValue(results) ?? [];

    /// <summary>A reader that treats bad lines as was asked.</summary>
    public ResultsReader Open(ParseResult parsed) => new(parsed.GetValue(skipBad));

    public CalibrationInput Read(ParseResult parsed, IReadOnlyList<string> paths) =>
        CalibrationInput.ReadFiles(paths, parsed.GetValue(skipBad));

    public CalibrationInput Read(ParseResult parsed) => Read(parsed, Paths(parsed));
}
