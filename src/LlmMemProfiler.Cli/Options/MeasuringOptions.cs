using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Options;

/// <summary>How the points of a plan are measured: the options that <c>sweep</c> and <c>calibrate</c> share.</summary>
internal sealed class MeasuringOptions
{
    private readonly Option<string> device = new("--device")
    {
        Description = "auto, cpu, cuda:N, a GPU's UUID, or virtual:h100; for several GPUs in parallel: cuda:0,cuda:1 or cuda:all",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> retryFailed;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show the points, their predicted memory, and the time without measuring" };
    private readonly Option<bool> noSkip = new("--no-skip") { Description = "Measure even points predicted not to fit" };
    private readonly Option<bool> randomWeights = SharedOptions.RandomWeights();
    private readonly Option<bool> allowBusy = SharedOptions.AllowBusy();
    private readonly Option<int> repeat = Number("--repeat", "Measurements per point", 1, 1000);
    private readonly Option<int> timeout = Number("--timeout", "Seconds before a point is timed out", 600, 7 * 24 * 3600);
    private readonly Option<string?> libtorch = SharedOptions.LibTorch();

    /// <param name="retryFailed">When points that failed are retried, for the help.</param>
    public MeasuringOptions(string retryFailed) =>
        this.retryFailed = new("--retry-failed") { Description = $"{retryFailed}; the latest record counts" };

    public IEnumerable<Option> All => [device, retryFailed, dryRun, noSkip, randomWeights, allowBusy, repeat, timeout, libtorch];

    /// <summary>A plan by name or file.</summary>
    /// <exception cref="Core.InputException">There is no such plan, or a model's folder holds weights that it would ignore.</exception>
    public SweepPlan Plan(ParseResult parsed, string plan) => SweepPlans.Find(plan, parsed.GetValue(randomWeights));

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(dryRun);

    public bool IsRetrying(ParseResult parsed) => parsed.GetValue(retryFailed);

    public SweepRequest Read(ParseResult parsed, SweepPlan plan, Shard? shard, string folder, bool isResumed) => new(
        plan, shard, parsed.GetRequiredValue(device), parsed.GetValue(libtorch), folder, isResumed, IsRetrying(parsed), IsDryRun(parsed),
        parsed.GetValue(noSkip), parsed.GetValue(allowBusy), parsed.GetValue(repeat), TimeSpan.FromSeconds(parsed.GetValue(timeout)));

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
