using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>How attention is computed: in one fused kernel, or plainly as matmul, softmax, matmul.</summary>
[JsonConverter(typeof(WordConverter<AttentionKernel>))]
public enum AttentionKernel
{
    Fused,
    Math,
}

/// <summary>How the cache of keys and values grows.</summary>
[JsonConverter(typeof(WordConverter<CachePolicy>))]
public enum CachePolicy
{
    /// <summary>Allocated at once for the whole sequence.</summary>
    Preallocated,

    /// <summary>Grown by concatenation: at each step a longer copy replaces the old tensor.</summary>
    Concat,

    /// <summary>Blocks of some positions, taken as they are needed; attention gathers them.</summary>
    Paged,
}

/// <summary>For which positions of the prompt the output layer is computed.</summary>
[JsonConverter(typeof(WordConverter<LogitsFor>))]
public enum LogitsFor
{
    Last,
    All,
}

/// <summary>What is asked of the model: B sequences, a prompt of P tokens each, then T new tokens by greedy decoding.</summary>
public sealed record Workload
{
    /// <summary>Sequences decoded together, B.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Prompt tokens of each sequence, P.</summary>
    public int Prompt { get; init; } = 64;

    /// <summary>Tokens to generate for each sequence, T. The first comes from the prefill, the others from T − 1 decode steps.</summary>
    public int NewTokens { get; init; } = 64;

    /// <summary>Type of the weights. <see cref="DataType.Int8"/> is weight-only: one scale an output channel, arithmetic in FP16.</summary>
    public DataType Type { get; init; } = DataType.Float16;

    /// <summary>Type of the cached keys and values; null for the type of the arithmetic.</summary>
    public DataType? KvType { get; init; }

    public CachePolicy Cache { get; init; } = CachePolicy.Preallocated;

    /// <summary>Positions of one block of a paged cache.</summary>
    public int CacheBlock { get; init; } = 16;

    /// <summary>Prompt tokens that go through the model at once; null for the whole prompt.</summary>
    public int? PrefillChunk { get; init; }

    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    public LogitsFor Logits { get; init; } = LogitsFor.Last;

    /// <summary>L = P + T: the positions that the cache is allocated for.</summary>
    public int Length => Prompt + NewTokens;

    /// <summary>Type of the arithmetic, and so of activations and logits.</summary>
    public DataType ComputeType => Type.Computed();

    /// <summary>Type of the cached keys and values.</summary>
    public DataType CacheType => KvType ?? ComputeType;

    /// <summary>Passes that the prompt takes.</summary>
    public int PrefillPasses => (int)(((long)Prompt + ChunkLength - 1) / ChunkLength);

    private int ChunkLength => Math.Min(PrefillChunk ?? Prompt, Prompt);

    /// <summary>Where a pass of the prefill begins, and how many tokens it takes.</summary>
    /// <param name="pass">From 0 to <see cref="PrefillPasses"/> − 1.</param>
    public (int Position, int Tokens) PrefillPass(int pass) => (pass * ChunkLength, Math.Min(ChunkLength, Prompt - (pass * ChunkLength)));

    /// <summary>Checks the numbers against the model's positions.</summary>
    /// <exception cref="InputException">A number is not positive, or prompt and new tokens need more positions than there are.</exception>
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
                $"{new Field("prompt")} {Prompt} and {new Field("new_tokens")} {NewTokens} need {(long)Prompt + NewTokens} positions, but {model.Name} has {model.Positions}; their sum must be {model.Positions} at most");
        }
        if (PrefillPasses > Tag.MaximumSteps)
        {
            throw new FieldException(
                $"{new Field("prefill_chunk")} {PrefillChunk} cuts the prompt into {PrefillPasses} passes; {Tag.MaximumSteps} at most can be told apart");
        }
        if (NewTokens > Tag.MaximumSteps)
            throw new FieldException($"{new Field("new_tokens")} is {NewTokens}; {Tag.MaximumSteps} at most can be told apart");
        return this;
    }

    private static void Positive(int number, string field)
    {
        if (number < 1)
            throw new FieldException($"{new Field(field)} is {number}; a whole number from 1 on is needed");
    }
}
