namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>How the branches of a block join the hidden state.</summary>
public enum Residual
{
    /// <summary>One after the other: each reads what the one before has added to.</summary>
    Sequential,

    /// <summary>All read the block's input, each through a norm of its own; their outputs are added together.</summary>
    Parallel,

    /// <summary>All read the block's input through the first one's norm.</summary>
    SharedNorm,
}

/// <summary>One layer of a decoder.</summary>
/// <param name="Branches">Attention, feed-forward and whatever else stands there, in order.</param>
/// <param name="Residual">How they join the hidden state.</param>
public sealed record DecoderBlock(Sequence<Branch> Branches, Residual Residual = Residual.Sequential)
{
    /// <summary>A learned number that the block's output is multiplied by.</summary>
    public Sequence<Weight> OutputScale { get; init; } = [];

    internal IEnumerable<Weight> Weights => [.. Branches.SelectMany(branch => branch.Weights), .. OutputScale];

    /// <summary>Its sublayers, in order.</summary>
    internal IEnumerable<Sublayer> Sublayers => Branches.SelectMany(branch => branch.Sublayer.Parts);
}

/// <summary>A part of a block whose output is added to the hidden state: x + After(Sublayer(Before(x))).</summary>
/// <param name="Before">Norms the input; null if there is none, or it is shared.</param>
/// <param name="Sublayer">Attention, feed-forward, or another.</param>
public sealed record Branch(Norm? Before, Sublayer Sublayer)
{
    /// <summary>Norms the output before it is added, as in Gemma 2 and OLMo 2.</summary>
    public Norm? After { get; init; }

    /// <summary>Norms the sum, as in the first GPT.</summary>
    public Norm? AfterSum { get; init; }

    /// <summary>The output is multiplied by it before it is added.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>What the output is added to is multiplied by it, as in MiniMax-01 and the first ChatGLM.</summary>
    public double ResidualScale { get; init; } = 1;

    /// <summary>True if the output is added to the normed input: Scale · Sublayer(Before(x)) + ResidualScale · Before(x).</summary>
    public bool AddsToNormed { get; init; }

    internal IEnumerable<Weight> Weights =>
        [.. Before?.Weights ?? [], .. Sublayer.Weights, .. After?.Weights ?? [], .. AfterSum?.Weights ?? []];
}
