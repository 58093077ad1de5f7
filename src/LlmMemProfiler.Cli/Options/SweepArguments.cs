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
        Description = "auto, cpu, cuda:N or a GPU's UUID; several GPUs side by side as cuda:0,cuda:1 or cuda:all",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> output = new("--out") { Description = "Folder that gets the records", HelpName = "DIR", DefaultValueFactory = _ => "results" };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on where an earlier sweep into the same folder ended: points that have a record are not measured again" };
    private readonly Option<bool> retryFailed = new("--retry-failed") { Description = "With --resume: measure those again that failed or ran out of time; the later record counts" };
    private readonly Option<string?> shard = new("--shard") { Description = "Measure only the I-th of N equal shares, into results-I-of-N.jsonl", HelpName = "I/N" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show the points with their predicted memory, and measure nothing" };
    private readonly Option<bool> noSkip = new("--no-skip") { Description = "Also measure points that are predicted not to fit" };
    private readonly Option<bool> allowBusy = SharedOptions.AllowBusy();
    private readonly Option<int> repeat = Number("--repeat", "How often each point is measured", 1, 1000);
    private readonly Option<int> timeout = Number("--timeout", "Seconds after which a point's process is ended", 600, 7 * 24 * 3600);
    private readonly Option<string?> libtorch = SharedOptions.LibTorch();

    public void AddTo(Command command)
    {
        command.Arguments.Add(plan);
        foreach (var option in (Option[])[device, output, resume, retryFailed, shard, dryRun, noSkip, allowBusy, repeat, timeout, libtorch])
            command.Options.Add(option);
    }

    /// <exception cref="InputException">The plan or the share is none, or options do not go together.</exception>
    public SweepRequest Read(ParseResult parsed)
    {
        var whole = SweepPlans.Find(parsed.GetRequiredValue(plan));
        var share = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : null;
        var (isResumed, isRetried) = (parsed.GetValue(resume), parsed.GetValue(retryFailed));
        if (isRetried && !isResumed)
            throw new InputException("--retry-failed: there is nothing to try again without --resume; give both");
        return new(
            share is null ? whole : whole.Share(share), share, parsed.GetRequiredValue(device), parsed.GetValue(libtorch),
            parsed.GetRequiredValue(output), isResumed, isRetried, parsed.GetValue(dryRun), parsed.GetValue(noSkip),
            parsed.GetValue(allowBusy), parsed.GetValue(repeat),
            TimeSpan.FromSeconds(parsed.GetValue(timeout)));
    }

    private static Option<int> Number(string name, string description, int byDefault, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
                return number;
            result.AddError($"{name} is '{text}'; a whole number from 1 to {most} is needed");
            return 0;
        },
    };
}
