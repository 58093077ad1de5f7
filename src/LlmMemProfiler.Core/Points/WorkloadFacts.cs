using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>A workload as stored in records; the fields match the command-line options.</summary>
public sealed record WorkloadFacts(
    int Batch, int Prompt, int NewTokens, DataType Dtype, DataType KvDtype, CachePolicy Cache, int? CacheBlock, AttentionKernel Attention,
    int? PrefillChunk, LogitsFor Logits)
{
    /// <summary>Not written if full, as all records before it are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WindowCache WindowCache { get; init; }

    /// <summary>Not written if repeated, as in all records before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public GroupedHeads GroupedHeads { get; init; }

    public static WorkloadFacts Of(Workload w) => new(
        w.Batch, w.Prompt, w.NewTokens, w.Type, w.CacheType, w.Cache, w.Cache == CachePolicy.Paged ? w.CacheBlock : null, w.Attention,
        w.PrefillChunk, w.Logits)
    {
        WindowCache = w.WindowCache,
        GroupedHeads = w.GroupedHeads,
    };

    /// <summary>The workload that was recorded.</summary>
    /// <exception cref="InputException">The workload does not fit the model.</exception>
    public Workload ToWorkload(ModelSpec model) => new Workload
    {
        Batch = Batch,
        Prompt = Prompt,
        NewTokens = NewTokens,
        Type = Dtype,
        KvType = KvDtype,
        Cache = Cache,
        CacheBlock = CacheBlock ?? new Workload().CacheBlock,
        WindowCache = WindowCache,
        GroupedHeads = GroupedHeads,
        Attention = Attention,
        PrefillChunk = PrefillChunk,
        Logits = Logits,
    }.ValidatedFor(model);
}
