using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>How attention is computed: in one fused kernel, or plainly as matmul, softmax, matmul.</summary>
public enum AttentionKernel
{
    Fused,
    Math,
}

/// <summary>For which positions of the prompt the output layer is computed.</summary>
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

    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    public LogitsFor Logits { get; init; } = LogitsFor.Last;

    /// <summary>L = P + T: the positions that the cache is allocated for.</summary>
    public int Length => Prompt + NewTokens;

    /// <summary>Type of the arithmetic, and so of activations, cache and logits.</summary>
    public DataType ComputeType => Type == DataType.Int8 ? DataType.Float16 : Type;

    /// <summary>Checks the numbers against the model's positions.</summary>
    /// <exception cref="InputException">A number is not positive, or prompt and new tokens need more positions than there are.</exception>
    public Workload ValidatedFor(ModelSpec model)
    {
        Positive(Batch, "--batch");
        Positive(Prompt, "--prompt");
        Positive(NewTokens, "--new-tokens");
        if ((long)Prompt + NewTokens > model.Positions)
        {
            throw new InputException(
                $"--prompt {Prompt} and --new-tokens {NewTokens} need {(long)Prompt + NewTokens} positions, but {model.Name} has " +
                $"{model.Positions}; their sum must be {model.Positions} at most");
        }
        if (NewTokens > Tag.MaximumSteps)
            throw new InputException($"--new-tokens is {NewTokens}; {Tag.MaximumSteps} at most can be told apart");
        return this;
    }

    private static void Positive(int number, string option)
    {
        if (number < 1)
            throw new InputException($"{option} is {number}; a whole number from 1 on is needed");
    }
}
