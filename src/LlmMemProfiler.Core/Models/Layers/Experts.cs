namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Feed-forward layers of which a router picks some for each token.</summary>
/// <remarks>Shazeer et al. (2017), Outrageously Large Neural Networks; shared experts: Dai et al. (2024), DeepSeekMoE.</remarks>
public sealed record Experts : Sublayer
{
    /// <summary>Experts to pick from.</summary>
    public required int Count { get; init; }

    /// <summary>Experts that a token is sent to.</summary>
    public required int Picked { get; init; }

    /// <summary>Width of one expert, d_ff.</summary>
    public required int Width { get; init; }

    public required Activation Activation { get; init; }

    public required Linear Router { get; init; }

    /// <summary>How the router picks.</summary>
    public required Routing Routing { get; init; }

    /// <summary>Norms what the router reads, which then is not the experts' input but the state before their norm.</summary>
    public Norm? RouterNorm { get; init; }

    /// <summary>A vector of the router that is no bias of its linear layer, such as DeepSeek's correction of the scores.</summary>
    public Sequence<Weight> RouterVectors { get; init; } = [];

    /// <summary>Tensors of the experts: those of each, or each with all experts in its first dimension.</summary>
    public required Sequence<Weight> Routed { get; init; }

    /// <summary>What <see cref="Routed"/> is.</summary>
    public required ExpertLayout Layout { get; init; }

    /// <summary>False if an expert is two linear layers with an activation between them.</summary>
    public bool IsGated { get; init; } = true;

    /// <summary>Bounds of the gate; null if it has none.</summary>
    public GateClamp? Clamp { get; init; }

    /// <summary>From d to the width that the routed experts read, where they differ.</summary>
    public Linear? Narrow { get; init; }

    /// <summary>Back to d.</summary>
    public Linear? Widen { get; init; }

    /// <summary>The feed-forward layer that every token passes through.</summary>
    public FeedForward? Shared { get; init; }

    /// <summary>One number per token that the shared expert's output is multiplied by.</summary>
    public Linear? SharedGate { get; init; }

    internal override IEnumerable<Weight> Weights =>
    [
        .. Router.Weights, .. RouterNorm?.Weights ?? [], .. RouterVectors, .. Narrow?.Weights ?? [], .. Routed, .. Widen?.Weights ?? [],
        .. Shared?.Weights ?? [], .. SharedGate?.Weights ?? [],
    ];

    internal override long IdleParameters => checked(Routed.Sum(weight => weight.Elements) / Count * (Count - Picked));
}
