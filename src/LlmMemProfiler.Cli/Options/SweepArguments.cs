using System.CommandLine;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Options;

/// <summary>The command line of <c>llmmem sweep</c>.</summary>
internal sealed class SweepArguments
{
    private readonly Argument<string> plan = new("PLAN") { Description = $"A plan ({string.Join(", ", SweepPlans.Names)}), or a file like those in profiles/sweeps" };
    private readonly Option<string> output = new("--out") { Description = "Folder for the records", HelpName = "DIR", DefaultValueFactory = _ => "results" };
    private readonly Option<bool> resume = new("--resume") { Description = "Continue an earlier sweep in the same folder: skip points that already have a record" };
    private readonly Option<string?> shard = new("--shard") { Description = "Measure only shard I of N, into results-I-of-N.jsonl", HelpName = "I/N" };
    private readonly MeasuringOptions measuring = new("With --resume, retry points that failed or timed out");

    public void AddTo(Command command)
    {
        command.Arguments.Add(plan);
        foreach (var option in (Option[])[output, resume, shard, .. measuring.All])
            command.Options.Add(option);
    }

    /// <exception cref="InputException">The plan or shard is invalid, or options conflict.</exception>
    public SweepRequest Read(ParseResult parsed)
    {
        var whole = measuring.Plan(parsed, parsed.GetRequiredValue(plan));
        var share = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : null;
        var isResumed = parsed.GetValue(resume);
        if (measuring.IsRetrying(parsed) && !isResumed)
            throw new InputException("--retry-failed needs --resume; give both");
        return measuring.Read(parsed, whole, share, parsed.GetRequiredValue(output), isResumed);
    }
}
