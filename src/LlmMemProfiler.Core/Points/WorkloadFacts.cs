using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>A workload as records name it; the fields are the command line's options.</summary>
public sealed record WorkloadFacts(
    int Batch, int Prompt, int NewTokens, string Dtype, string KvDtype, string Cache, int? CacheBlock, string Attention, int? PrefillChunk,
    string Logits)
{
    public static WorkloadFacts Of(Workload w) => new(
        w.Batch, w.Prompt, w.NewTokens, w.Type.Name(), w.CacheType.Name(),
        w.Cache switch
        {
            CachePolicy.Preallocated => "preallocated",
            CachePolicy.Concat => "concat",
            _ => "paged",
        },
        w.Cache == CachePolicy.Paged ? w.CacheBlock : null,
        w.Attention == AttentionKernel.Fused ? "fused" : "math", w.PrefillChunk, w.Logits == LogitsFor.Last ? "last" : "all");

    /// <summary>The workload that was recorded.</summary>
    /// <exception cref="InputException">A word is none, or the numbers do not fit the model.</exception>
    public Workload ToWorkload(ModelSpec model) => new Workload
    {
        Batch = Batch,
        Prompt = Prompt,
        NewTokens = NewTokens,
        Type = Word(Dtype, DataTypes.OfWeights, "dtype"),
        KvType = Word(KvDtype, DataTypes.OfWeights, "kv_dtype"),
        Cache = Word(Cache, WorkloadNames.CachePolicies, "cache"),
        CacheBlock = CacheBlock ?? new Workload().CacheBlock,
        Attention = Word(Attention, WorkloadNames.AttentionKernels, "attention"),
        PrefillChunk = PrefillChunk,
        Logits = Word(Logits, WorkloadNames.LogitsChoices, "logits"),
    }.ValidatedFor(model);

    private static T Word<T>(string word, IReadOnlyDictionary<string, T> words, string field) =>
        words.TryGetValue(word, out var meaning)
            ? meaning
            : throw new InputException($"record: {field} is '{word}'; {string.Join(" or ", words.Keys)} is needed");
}
