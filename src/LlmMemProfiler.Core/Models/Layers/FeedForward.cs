namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>The function between the two halves of a feed-forward layer.</summary>
public enum Activation
{
    /// <summary>GELU by its definition, x · Φ(x).</summary>
    /// <remarks>Hendrycks and Gimpel (2016), Gaussian Error Linear Units, for all three.</remarks>
    Gelu,

    /// <summary>Its approximation by tanh, as GPT-2 has it.</summary>
    GeluTanh,

    /// <summary>Its approximation by x · sigmoid(1.702 x).</summary>
    QuickGelu,

    Relu,

    /// <summary>max(x, 0)².</summary>
    ReluSquared,

    /// <summary>x · sigmoid(x).</summary>
    Silu,
}

/// <summary>Two linear layers with an activation between them; or three, of which one gates: down(act(gate(x)) · up(x)).</summary>
/// <remarks>Shazeer (2020), GLU Variants Improve Transformer.</remarks>
public sealed record FeedForward : Sublayer
{
    /// <summary>Width between the layers, d_ff.</summary>
    public required int Width { get; init; }

    /// <summary>The layer that gates; null if there is none, or if it is fused with <see cref="Up"/>.</summary>
    public Linear? Gate { get; init; }

    /// <summary>From the hidden state; twice as wide as <see cref="Width"/> if gate and up are fused.</summary>
    public required Linear Up { get; init; }

    public required Linear Down { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>True if the gate's outputs are the second half of <see cref="Up"/>, as in Molmo.</summary>
    public bool IsGateLast { get; init; }

    /// <summary>True if a gate is multiplied with.</summary>
    public bool IsGated => Gate is not null || Up.Outputs == 2L * Width;

    internal override IEnumerable<Weight> Weights => [.. Gate?.Weights ?? [], .. Up.Weights, .. Down.Weights];
}
