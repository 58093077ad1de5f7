using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Two linear layers with an activation between them, or three.</summary>
internal sealed class FeedForwardLoops(WeightLoops weights, bool isLookedUp)
{
    public double[][] Of(FeedForward layer, double[][] rows)
    {
        var up = weights.Linear(layer.Up, rows);
        var gate = layer.Gate is { } own ? weights.Linear(own, rows) : layer.IsGated ? up.Columns(0, layer.Width) : null;
        if (layer.Gate is null && layer.IsGated)
            up = up.Columns(layer.Width, layer.Width);
        // Deitke et al. (2024), Molmo: 'x, gate = x.chunk(2)'.
        if (layer.IsGateLast)
            (gate, up) = (up, gate!);
        var inner = gate is null
            ? up.Select(row => Activated(row, layer.Activation)).ToArray()
            : [.. gate.Zip(up, (g, u) => Activated(g, layer.Activation).Times(u))];
        return weights.Linear(layer.Down, inner);
    }

    /// <summary>The activation of each element.</summary>
    public double[] Activated(double[] row, Activation activation) => [.. row.Select(x => Curve.At(x, activation, isLookedUp))];
}
