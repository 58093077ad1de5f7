using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>down(act(up(x))), or down(act(gate(x)) · up(x)).</summary>
internal sealed class FeedForwardLayer<TTensor>(FeedForward layer, Assembly<TTensor> parts) : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly LinearLayer<TTensor>? gate = layer.Gate is null ? null : parts.Linear(layer.Gate);
    private readonly LinearLayer<TTensor> up = parts.Linear(layer.Up);
    private readonly LinearLayer<TTensor> down = parts.Linear(layer.Down);
    private readonly bool isFused = layer is { Gate: null, IsGated: true };

    public override TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        using var inner = gate is not null ? Gated(input, gate) : isFused ? FusedGated(input) : Plain(input);
        return down.Forward(inner);
    }

    private TTensor Plain(TTensor input)
    {
        using var wide = Projected(input);
        return ops.Activate(wide, layer.Activation);
    }

    private TTensor Gated(TTensor input, LinearLayer<TTensor> gate)
    {
        using (input)
        {
            var activated = Activated(input, gate);
            using var wide = up.Forward(input);
            ops.Multiply(activated, wide);
            return activated;
        }
    }

    /// <summary>The columns of the gate, then the others; or the other way round.</summary>
    private TTensor FusedGated(TTensor input)
    {
        using var both = Projected(input);
        using var gates = ops.Narrow(both, 1, layer.IsGateLast ? layer.Width : 0, layer.Width);
        var activated = ops.Activate(gates, layer.Activation);
        using var wide = ops.Narrow(both, 1, layer.IsGateLast ? 0 : layer.Width, layer.Width);
        ops.Multiply(activated, wide);
        return activated;
    }

    private TTensor Activated(TTensor input, LinearLayer<TTensor> gate)
    {
        using var gates = gate.Forward(input);
        return ops.Activate(gates, layer.Activation);
    }

    private TTensor Projected(TTensor input)
    {
        using (input)
            return up.Forward(input);
    }
}
