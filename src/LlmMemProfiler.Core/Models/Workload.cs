using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>How attention is computed: one fused kernel, or matmul, softmax, matmul.</summary>
[JsonConverter(typeof(WordConverter<AttentionKernel>))]
public enum AttentionKernel
{
    Fused,
    Math,
}

/// <summary>How the KV cache grows.</summary>
[JsonConverter(typeof(WordConverter<CachePolicy>))]
public enum CachePolicy
{
    /// <summary>Allocated up front for the full sequence.</summary>
    Preallocated,

    /// <summary>Grows by concatenation: each step replaces the tensor with a longer copy.</summary>
    Concat,

    /// <summary>Fixed-size blocks, allocated as needed and gathered for attention.</summary>
    Paged,
}

/// <summary>What a layer with a sliding window keeps in its cache.</summary>
[JsonConverter(typeof(WordConverter<WindowCache>))]
public enum WindowCache
{
    /// <summary>All tokens; those beyond the window are masked.</summary>
    Full,

    /// <summary>The last tokens, as many as the window has.</summary>
    Bounded,
}

/// <summary>How a decode step attends where several query heads share keys and values; other passes repeat these for each of them.</summary>
[JsonConverter(typeof(WordConverter<GroupedHeads>))]
public enum GroupedHeads
{
    /// <summary>Keys and values are repeated for each query head, a copy.</summary>
    Repeat,

    /// <summary>The queries of a group stand where tokens do, and attend to the keys and values that they share.</summary>
    Fold,
}

/// <summary>Prompt positions for which logits are computed.</summary>
[JsonConverter(typeof(WordConverter<LogitsFor>))]
public enum LogitsFor
{
    Last,
    All,
}

/// <summary>A workload: B sequences with a prompt of P tokens each, then T new tokens by greedy decoding.</summary>
public sealed record Workload
{
    /// <summary>Batch size, B.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Prompt tokens per sequence, P.</summary>
    public int Prompt { get; init; } = 64;

    /// <summary>New tokens per sequence, T: one from the prefill, the rest from T − 1 decode steps.</summary>
    public int NewTokens { get; init; } = 64;

    /// <summary>Weight type. <see cref="DataType.Int8"/> is weight-only: one scale per output channel, compute in FP16.</summary>
    public DataType Type { get; init; } = DataType.Float16;

    /// <summary>Type of cached keys and values; null for the compute type.</summary>
    public DataType? KvType { get; init; }

    /// <summary>Type of cached keys; null for that of both.</summary>
    public DataType? KeyType { get; init; }

    /// <summary>Type of cached values; null for that of both.</summary>
    public DataType? ValueType { get; init; }

    public CachePolicy Cache { get; init; } = CachePolicy.Preallocated;

    /// <summary>Positions per block of a paged cache.</summary>
    public int CacheBlock { get; init; } = 16;

    /// <summary>What layers with a sliding window keep.</summary>
    public WindowCache WindowCache { get; init; } = WindowCache.Full;

    /// <summary>Prompt tokens per prefill pass; null for the full prompt.</summary>
    public int? PrefillChunk { get; init; }

    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    public GroupedHeads GroupedHeads { get; init; } = GroupedHeads.Repeat;

    public LogitsFor Logits { get; init; } = LogitsFor.Last;

    /// <summary>L = P + T: maximum positions in the cache.</summary>
    public int Length => Prompt + NewTokens;

    /// <summary>Compute type, also of activations and logits.</summary>
    public DataType ComputeType => Type.Computed();

    /// <summary>How one side of the cache is kept.</summary>
    public CacheType CacheType(CacheSide side) => new((side == CacheSide.Keys ? KeyType : ValueType) ?? KvType ?? ComputeType, ComputeType);

    /// <summary>The most positions that a layer keeps in its cache.</summary>
    /// <param name="window">Its sliding window; null if it has none.</param>
    public int Kept(int? window) => WindowCache == WindowCache.Bounded && window < Length ? window.Value : Length;

    /// <summary>Number of prefill passes.</summary>
    public int PrefillPasses => (int)(((long)Prompt + ChunkLength - 1) / ChunkLength);

    private int ChunkLength => Math.Min(PrefillChunk ?? Prompt, Prompt);

    /// <summary>Start position and token count of a prefill pass.</summary>
    /// <param name="pass">From 0 to <see cref="PrefillPasses"/> − 1.</param>
    public (int Position, int Tokens) PrefillPass(int pass) => (pass * ChunkLength, Math.Min(ChunkLength, Prompt - (pass * ChunkLength)));

    /// <summary>Validates the workload for a model.</summary>
    /// <returns>The workload <see cref="For">for the model</see>.</returns>
    /// <exception cref="InputException">A number is not positive, or prompt and new tokens exceed the model's positions.</exception>
    public Workload ValidatedFor(ModelSpec model)
    {
        Positive(Batch, "batch");
        Positive(Prompt, "prompt");
        Positive(NewTokens, "new_tokens");
        Positive(CacheBlock, "cache_block");
        Positive(PrefillChunk ?? 1, "prefill_chunk");
        if ((long)Prompt + NewTokens > model.Positions)
        {
            throw new FieldException(
                $"{new Field("prompt")} {Prompt} and {new Field("new_tokens")} {NewTokens} need {(long)Prompt + NewTokens} positions, but {model.Name} has {model.Positions}; their sum must be at most {model.Positions}");
        }
        if (PrefillPasses > Tag.MaximumSteps)
        {
            throw new FieldException(
                $"{new Field("prefill_chunk")} {PrefillChunk} splits the prompt into {PrefillPasses} passes; the limit is {Tag.MaximumSteps}");
        }
        if (NewTokens > Tag.MaximumSteps)
            throw new FieldException($"{new Field("new_tokens")} is {NewTokens}; the limit is {Tag.MaximumSteps}");
        return For(model);
    }

    /// <summary>The same workload, in which choices that do not matter to a model are as if not made: it would be measured twice.</summary>
    public Workload For(ModelSpec model)
    {
        var attentions = model.Sublayers.OfType<Attention>().ToList();
        return this with
        {
            WindowCache = model.Sublayers.Any(sublayer => sublayer.Cached?.Sliding < (long)Prompt + NewTokens) ? WindowCache : WindowCache.Full,
            GroupedHeads = attentions.Exists(attention => attention.KvHeads < attention.Heads) ? GroupedHeads : GroupedHeads.Repeat,
        };
    }

    private static void Positive(int number, string field)
    {
        if (number < 1)
            throw new FieldException($"{new Field(field)} is {number}; expected a positive whole number");
    }
}
