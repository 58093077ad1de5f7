namespace LlmMemProfiler.Core.Accounts;

/// <summary>One line of the account of memory, from the bottom up. The parts of a device total add up to it.</summary>
public enum Part
{
    /// <summary>Parameters, and the scales of quantised ones.</summary>
    Weights,

    /// <summary>Keys and values of past positions.</summary>
    KvCache,

    /// <summary>Hidden states and all that lies between them, attention's scores and mask included.</summary>
    Activations,

    /// <summary>The output layer's result, one number a vocabulary entry.</summary>
    Logits,

    /// <summary>Token ids, given and generated.</summary>
    Inputs,

    /// <summary>Scratch: what a kernel takes for itself, and quantised weights in dequantised form.</summary>
    Workspace,

    /// <summary>Blocks over requests: the caching allocator's granule.</summary>
    Rounding,

    /// <summary>Segments over blocks: what the caching allocator holds and nobody uses.</summary>
    Slack,

    /// <summary>The bare runtime, or the CUDA context, before the first kernel.</summary>
    Context,

    /// <summary>Kernels and libraries loaded since.</summary>
    Modules,

    /// <summary>The guide's one constant for all that is not weights, activations or cache.</summary>
    Overhead,

    /// <summary>What no other part explains. It may be negative.</summary>
    Residual,
}

public static class Parts
{
    /// <summary>The parts that an allocation can belong to; all others are derived.</summary>
    public const int Owners = (int)Part.Workspace + 1;

    public static IReadOnlyList<Part> All { get; } = Enum.GetValues<Part>();
}
