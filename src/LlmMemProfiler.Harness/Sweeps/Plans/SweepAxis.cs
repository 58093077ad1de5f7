using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>A workload field that a plan can vary.</summary>
/// <param name="Field">Its name: the command line's option with '_' for '-'.</param>
/// <param name="Read">Turns a value into a change of a workload.</param>
internal sealed record SweepAxis(string Field, Func<PlanValue, Func<Workload, Workload>> Read)
{
    public const string Model = "model";

    /// <summary>In product order: the last one varies fastest.</summary>
    public static IReadOnlyList<SweepAxis> All { get; } =
    [
        Of("dtype", v => v.Word(DataTypes.OfWeights), (w, type) => w with { Type = type }),
        Of("kv_dtype", v => v.Word(CacheTypes.All), (w, type) => w with { KvType = type }),
        Of("k_dtype", v => v.Word(CacheTypes.Known), (w, type) => w with { KeyType = type }),
        Of("v_dtype", v => v.Word(CacheTypes.Known), (w, type) => w with { ValueType = type }),
        Of("attention", v => v.Word(Words.Of<AttentionKernel>()), (w, kernel) => w with { Attention = kernel }),
        Of("cache", v => v.Word(Words.Of<CachePolicy>()), (w, policy) => w with { Cache = policy }),
        Of("cache_block", v => v.Length(), (w, positions) => w with { CacheBlock = positions }),
        Of("window_cache", v => v.Word(Words.Of<WindowCache>()), (w, kept) => w with { WindowCache = kept }),
        Of("grouped_heads", v => v.Word(Words.Of<GroupedHeads>()), (w, heads) => w with { GroupedHeads = heads }),
        Of("logits", v => v.Word(Words.Of<LogitsFor>()), (w, logits) => w with { Logits = logits }),
        Of("batch", v => v.Count(), (w, batch) => w with { Batch = batch }),
        Of("prompt", v => v.Length(), (w, prompt) => w with { Prompt = prompt }),
        Of("new_tokens", v => v.Length(), (w, tokens) => w with { NewTokens = tokens }),
        Of("prefill_chunk", v => v.LengthOrNull(), (w, chunk) => w with { PrefillChunk = chunk }),
    ];

    public static IReadOnlyCollection<string> Fields { get; } = [Model, .. All.Select(axis => axis.Field)];

    private static SweepAxis Of<T>(string field, Func<PlanValue, T> read, Func<Workload, T, Workload> set) => new(field, value =>
    {
        var parsed = read(value);
        return workload => set(workload, parsed);
    });
}
