using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>A workload as stored in records; the fields match the command-line options.</summary>
/// <param name="Batch">Batch size.</param>
/// <param name="Prompt">Prompt tokens per sequence.</param>
/// <param name="NewTokens">New tokens per sequence.</param>
/// <param name="Dtype">Weight type.</param>
/// <param name="KvDtype">Type of cached keys, and of values unless <see cref="VDtype"/> says otherwise.</param>
/// <param name="Cache">How the cache grows.</param>
/// <param name="CacheBlock">Tokens per block of a paged cache.</param>
/// <param name="Attention">How attention is computed.</param>
/// <param name="PrefillChunk">Prompt tokens per prefill pass; null for all.</param>
/// <param name="Logits">Positions for which logits are computed.</param>
public sealed record WorkloadFacts(
    int Batch, int Prompt, int NewTokens, DataType Dtype, DataType KvDtype, CachePolicy Cache, int? CacheBlock, AttentionKernel Attention,
    int? PrefillChunk, LogitsFor Logits)
{
    /// <summary>Type of cached values; null if it is that of the keys, so that points of earlier versions keep their ids.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataType? VDtype { get; init; }

    /// <summary>Not written if full, as all records before it are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WindowCache WindowCache { get; init; }

    /// <summary>Not written if repeated, as in all records before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public GroupedHeads GroupedHeads { get; init; }

    /// <summary>How one side of the cache is kept.</summary>
    public CacheType CacheType(CacheSide side) => new((side == CacheSide.Keys ? null : VDtype) ?? KvDtype, Dtype.Computed());

    /// <summary>Bytes of a key and a value of one head of one token, with their scales.</summary>
    /// <param name="width">Elements of each.</param>
    public long HeadBytes(long width) => (CacheType(CacheSide.Keys).SizeOf(width) + CacheType(CacheSide.Values).SizeOf(width)).Bytes;

    /// <summary>The cache's type, or its keys' and its values', 'int8/fp16'.</summary>
    [JsonIgnore]
    public string CacheWords => VDtype is { } values ? $"{KvDtype.Name()}/{values.Name()}" : KvDtype.Name();

    public static WorkloadFacts Of(Workload w)
    {
        var (keys, values) = (w.CacheType(CacheSide.Keys).Stored, w.CacheType(CacheSide.Values).Stored);
        return new(
            w.Batch, w.Prompt, w.NewTokens, w.Type, keys, w.Cache, w.Cache == CachePolicy.Paged ? w.CacheBlock : null, w.Attention,
            w.PrefillChunk, w.Logits)
        {
            VDtype = values == keys ? null : values,
            WindowCache = w.WindowCache,
            GroupedHeads = w.GroupedHeads,
        };
    }

    /// <summary>The workload that was recorded.</summary>
    /// <exception cref="InputException">The workload does not fit the model.</exception>
    public Workload ToWorkload(ModelSpec model) => new Workload
    {
        Batch = Batch,
        Prompt = Prompt,
        NewTokens = NewTokens,
        Type = Dtype,
        KvType = KvDtype,
        ValueType = VDtype,
        Cache = Cache,
        CacheBlock = CacheBlock ?? new Workload().CacheBlock,
        WindowCache = WindowCache,
        GroupedHeads = GroupedHeads,
        Attention = Attention,
        PrefillChunk = PrefillChunk,
        Logits = Logits,
    }.ValidatedFor(model);
}
