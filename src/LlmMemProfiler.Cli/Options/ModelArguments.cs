using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Options;

/// <summary>MODEL and workload options, shared by commands on a single point.</summary>
/// <param name="isRun">True for a command that runs the model, for which weights matter.</param>
internal sealed class ModelArguments(bool isRun)
{
    /// <summary>What stands for a model.</summary>
    public static string Accepted { get; } = $"A preset ({string.Join(", ", ModelPresets.Names)}), a config.json, a folder with one, or ORG/NAME of Hugging Face's cache";

    private readonly Argument<string> model = new("MODEL")
    {
        Description = Accepted,
        DefaultValueFactory = _ => ModelPresets.Default,
    };

    private readonly Option<int> batch = Number("--batch", "Sequences decoded together", 1);
    private readonly Option<int> prompt = Length("--prompt", "Prompt tokens per sequence; 32k is 32,768, for other lengths too", 64);
    private readonly Option<int> newTokens = Length("--new-tokens", "Tokens to generate per sequence", 64);
    private readonly WeightTypeOption type = new([.. DataTypes.OfWeights.Keys]);
    private readonly Option<string> kvType = ChoiceOption.Create("--kv-dtype", "KV cache type; int8 and fp8 have a scale for each head of each token", CacheTypes.Same, CacheTypes.All.Keys);
    private readonly Option<string?> keyType = ChoiceOption.CreateOptional("--k-dtype", "Type of the cached keys alone [default: --kv-dtype]", CacheTypes.Known.Keys);
    private readonly Option<string?> valueType = ChoiceOption.CreateOptional("--v-dtype", "Type of the cached values alone [default: --kv-dtype]", CacheTypes.Known.Keys);
    private readonly Option<string> cache = ChoiceOption.Create("--cache", "KV cache policy: allocated up front, grown by concatenation, or in blocks", default(CachePolicy).Name(), Words.Of<CachePolicy>().Keys);
    private readonly Option<int> cacheBlock = Length("--cache-block", "Tokens per block of a paged cache", 16);
    private readonly Option<string> windowCache = ChoiceOption.Create("--window-cache", "What layers with a sliding window keep: the full sequence, masked, or what the window bounds", default(WindowCache).Name(), Words.Of<WindowCache>().Keys);
    private readonly Option<int?> prefillChunk = OptionalLength("--prefill-chunk", "Prompt tokens per prefill pass [default: all]");
    private readonly Option<string> attention = ChoiceOption.Create("--attention", "Attention in one fused kernel, or as separate operations", default(AttentionKernel).Name(), Words.Of<AttentionKernel>().Keys);
    private readonly Option<string> groupedHeads = ChoiceOption.Create("--grouped-heads", "Decode steps of grouped heads: keys and values repeated, or a group's queries folded into one", new Workload().GroupedHeads.Name(), Words.Of<GroupedHeads>().Keys);
    private readonly Option<string> logits = ChoiceOption.Create("--logits", "Positions to compute logits for", default(LogitsFor).Name(), Words.Of<LogitsFor>().Keys);

    private readonly Option<bool>? randomWeights = isRun ? SharedOptions.RandomWeights() : null;

    public void AddTo(Command command)
    {
        command.Arguments.Add(model);
        foreach (var option in (Option[])[batch, prompt, newTokens, type.Option, kvType, keyType, valueType, cache, cacheBlock, windowCache, attention, groupedHeads, prefillChunk, logits])
            command.Options.Add(option);
        if (randomWeights is not null)
            command.Options.Add(randomWeights);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="promptTokens">Counts the tokens of a prompt of the user's own for the model; null without one.</param>
    /// <exception cref="InputException">The model or the workload is none.</exception>
    public (ModelSpec Model, Workload Workload, CheckpointWeights? Stored) Read(ParseResult parsed, Func<RunnableModel, int>? promptTokens = null)
    {
        if (promptTokens is not null && parsed.GetResult(prompt) is { Implicit: false })
            throw new InputException($"--prompt {parsed.GetRequiredValue(prompt)} is the length of a random prompt; leave it out, since {TextOptions.Names} has a length of its own");
        var name = parsed.GetRequiredValue(model);
        var runnable = randomWeights is null ? new RunnableModel(ModelPresets.Find(name), null, null) : RunnableModel.Find(name, parsed.GetValue(randomWeights));
        var (spec, stored, _) = runnable;
        (spec, var weights) = type.Read(parsed, spec);
        var workload = new Workload
        {
            Batch = parsed.GetRequiredValue(batch),
            Prompt = promptTokens?.Invoke(runnable) ?? parsed.GetRequiredValue(prompt),
            NewTokens = parsed.GetRequiredValue(newTokens),
            Type = weights,
            KvType = CacheTypes.All[parsed.GetRequiredValue(kvType)],
            KeyType = parsed.GetValue(keyType) is { } keys ? CacheTypes.Known[keys] : null,
            ValueType = parsed.GetValue(valueType) is { } values ? CacheTypes.Known[values] : null,
            Cache = Words.Of<CachePolicy>()[parsed.GetRequiredValue(cache)],
            CacheBlock = parsed.GetRequiredValue(cacheBlock),
            WindowCache = Words.Of<WindowCache>()[parsed.GetRequiredValue(windowCache)],
            PrefillChunk = parsed.GetValue(prefillChunk),
            Attention = Words.Of<AttentionKernel>()[parsed.GetRequiredValue(attention)],
            GroupedHeads = Words.Of<GroupedHeads>()[parsed.GetRequiredValue(groupedHeads)],
            Logits = Words.Of<LogitsFor>()[parsed.GetRequiredValue(logits)],
        };
        return (spec, workload.ValidatedFor(spec), stored);
    }

    private static Option<int> Number(string name, string description, int byDefault) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                return number;
            result.AddError($"bad {name} '{text}'; must be an integer from 1 to {int.MaxValue}");
            return 0;
        },
    };

    private static Option<int> Length(string name, string description, int byDefault) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Tokens(name, result) ?? 0,
    };

    private static Option<int?> OptionalLength(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Tokens(name, result),
    };

    private static int? Tokens(string name, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TokenCounts.Parse(text) is { } tokens)
            return tokens;
        result.AddError($"bad {name} '{text}'; must be {TokenCounts.Expected}");
        return null;
    }
}
