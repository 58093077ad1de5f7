using System.CommandLine;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Options;

/// <summary>RESULTS and --skip-bad, shared by commands that read records.</summary>
internal sealed class ResultsArguments(bool isOptional = false)
{
    private readonly Argument<string[]> results = new("RESULTS")
    {
        Description = "Results files (results.jsonl), or folders with them",
        Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> skipBad = new("--skip-bad") { Description = "Skip and count bad lines instead of failing" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(results);
        command.Options.Add(skipBad);
    }

    /// <summary>Files and folders as given; may be empty if optional.</summary>
    public IReadOnlyList<string> Paths(ParseResult parsed) => parsed.GetValue(results) ?? [];

    /// <summary>A reader that honors --skip-bad.</summary>
    public ResultsReader Open(ParseResult parsed) => new(parsed.GetValue(skipBad));

    public CalibrationInput Read(ParseResult parsed, IReadOnlyList<string> paths) =>
        CalibrationInput.ReadFiles(paths, parsed.GetValue(skipBad));

    public CalibrationInput Read(ParseResult parsed) => Read(parsed, Paths(parsed));
}
