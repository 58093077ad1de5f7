namespace LlmMemProfiler.Core.Accounts;

/// <summary>A part of memory, from the bottom up. The parts of a device total add up to it.</summary>
public enum Part
{
    /// <summary>Parameters, and the scales of quantized ones.</summary>
    Weights,

    /// <summary>Keys and values of past positions.</summary>
    KvCache,

    /// <summary>Hidden states and intermediate results, including attention scores and mask.</summary>
    Activations,

    /// <summary>Output of the last layer, one per vocabulary entry.</summary>
    Logits,

    /// <summary>Prompt and generated token ids.</summary>
    Inputs,

    /// <summary>Kernel scratch, and dequantized weights.</summary>
    Workspace,

    /// <summary>Allocated minus requested: the caching allocator's rounding.</summary>
    Rounding,

    /// <summary>Reserved minus allocated: held by the caching allocator but unused.</summary>
    Slack,

    /// <summary>The bare runtime, or the CUDA context, before the first kernel.</summary>
    Context,

    /// <summary>Kernels and libraries loaded later.</summary>
    Modules,

    /// <summary>This program's own: its managed heap and its buffers. Measured on a CPU, and in no prediction.</summary>
    Profiler,

    /// <summary>The guide's constant for everything but weights, activations and cache; or context and modules, where only their sum was seen.</summary>
    Overhead,

    /// <summary>Whatever no other part explains; may be negative.</summary>
    Residual,
}

public static class Parts
{
    /// <summary>Number of parts that can own allocations; the others are derived.</summary>
    public const int Owners = (int)Part.Workspace + 1;

    public static IReadOnlyList<Part> All { get; } = Enum.GetValues<Part>();
}
