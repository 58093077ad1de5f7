using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Options;

/// <summary>The command line of <c>llmmem sweep</c>.</summary>
internal sealed class SweepArguments
{
    private readonly Argument<string> plan = new("PLAN") { Description = $"A plan ({string.Join(", ", SweepPlans.Names)}), or a file like those in profiles/sweeps" };

    private readonly Option<string> device = new("--device")
    {
        Description = "auto, cpu, cuda:N, or a GPU's UUID; for several GPUs in parallel: cuda:0,cuda:1 or cuda:all",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> output = new("--out") { Description = "Folder for the records", HelpName = "DIR", DefaultValueFactory = _ => "results" };
    private readonly Option<bool> resume = new("--resume") { Description = "Continue an earlier sweep in the same folder: skip points that already have a record" };
    private readonly Option<bool> retryFailed = new("--retry-failed") { Description = "With --resume, retry points that failed or timed out; the latest record counts" };
    private readonly Option<string?> shard = new("--shard") { Description = "Measure only shard I of N, into results-I-of-N.jsonl", HelpName = "I/N" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show the points and their predicted memory without measuring" };
    private readonly Option<bool> noSkip = new("--no-skip") { Description = "Measure even points predicted not to fit" };
    private readonly Option<bool> randomWeights = SharedOptions.RandomWeights();
    private readonly Option<bool> allowBusy = SharedOptions.AllowBusy();
    private readonly Option<int> repeat = Number("--repeat", "Measurements per point", 1, 1000);
    private readonly Option<int> timeout = Number("--timeout", "Seconds before a point is timed out", 600, 7 * 24 * 3600);
    private readonly Option<string?> libtorch = SharedOptions.LibTorch();

    public void AddTo(Command command)
    {
        command.Arguments.Add(plan);
        foreach (var option in (Option[])[device, output, resume, retryFailed, shard, dryRun, noSkip, randomWeights, allowBusy, repeat, timeout, libtorch])
            command.Options.Add(option);
    }

    /// <exception cref="InputException">The plan or shard is invalid, or options conflict.</exception>
    public SweepRequest Read(ParseResult parsed)
    {
        var whole = SweepPlans.Find(parsed.GetRequiredValue(plan), parsed.GetValue(randomWeights));
        var share = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : null;
        var (isResumed, isRetried) = (parsed.GetValue(resume), parsed.GetValue(retryFailed));
        if (isRetried && !isResumed)
            throw new InputException("--retry-failed needs --resume; give both");
        return new(
            share is null ? whole : whole.Share(share), share, parsed.GetRequiredValue(device), parsed.GetValue(libtorch),
            parsed.GetRequiredValue(output), isResumed, isRetried, parsed.GetValue(dryRun), parsed.GetValue(noSkip),
            parsed.GetValue(allowBusy), parsed.GetValue(repeat),
            TimeSpan.FromSeconds(parsed.GetValue(timeout)));
    }

    private static Option<int> Number(string name, string description, int byDefault, int max) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
                return number;
            result.AddError($"bad {name} '{text}'; must be an integer from 1 to {max}");
            return 0;
        },
    };
}
