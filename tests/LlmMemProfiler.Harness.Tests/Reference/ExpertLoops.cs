using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Feed-forward layers of which a router picks some for each token.</summary>
internal sealed class ExpertLoops(WeightLoops weights, NormLoops norms, FeedForwardLoops feedForward)
{
    /// <param name="experts">The experts.</param>
    /// <param name="rows">Their input.</param>
    /// <param name="before">The same before its norm.</param>
    public double[][] Of(Experts experts, double[][] rows, double[][] before)
    {
        var logits = weights.Linear(experts.Router, experts.RouterNorm is { } norm ? Scaled(experts, norms.Of(norm, before)) : rows);
        var inputs = experts.Narrow is { } narrow ? weights.Linear(narrow, rows) : rows;
        double[][] outputs = [.. inputs.Select((row, position) => Routed(experts, row, logits[position]))];
        if (experts.Widen is { } widen)
            outputs = weights.Linear(widen, outputs);
        return experts.Shared is { } shared ? outputs.Plus(Shared(experts, shared, rows)) : outputs;
    }

    /// <summary>What Gemma 4's router reads: times a vector and 1 / √d.</summary>
    private double[][] Scaled(Experts experts, double[][] rows) =>
        [.. rows.Select(row => row.Times(weights.All(experts.RouterVectors[0].Name)).Times(1 / Math.Sqrt(row.Length)))];

    private double[] Routed(Experts experts, double[] row, double[] logits)
    {
        var hasScales = experts.RouterNorm is not null;
        var correction = experts.RouterVectors.Count == 1 && !hasScales ? weights.All(experts.RouterVectors[0].Name) : null;
        var scales = hasScales ? weights.All(experts.RouterVectors[1].Name) : null;
        var sum = new double[row.Length];
        foreach (var (expert, weight) in RouterPicks.Of(experts.Routing, logits, experts.Picked, correction))
        {
            var scaled = weight * (scales?[expert] ?? 1);
            var output = experts.Routing.WeighsInputs
                ? ExpertOutput(experts, expert, row.Times(scaled))
                : ExpertOutput(experts, expert, row).Times(scaled);
            sum = sum.Plus(output);
        }
        return sum;
    }

    private double[] ExpertOutput(Experts experts, int expert, double[] row)
    {
        var tensors = ExpertTensors.Of(experts, expert, weights, row.Length);
        var up = tensors.Up(row);
        if (tensors.Gate is not { } gate)
            return tensors.Down(feedForward.Activated(up, experts.Activation));
        return tensors.Down(experts.Clamp is { } clamp
            ? [.. gate(row).Zip(up, (g, u) => Clamped(clamp, g, u))]
            : feedForward.Activated(gate(row), experts.Activation).Times(up));
    }

    private static double Clamped(GateClamp clamp, double gate, double up)
    {
        gate = Math.Min(gate, clamp.Limit);
        return gate * Loops.Sigmoid(clamp.Slope * gate) * (Math.Clamp(up, -clamp.Limit, clamp.Limit) + 1);
    }

    private double[][] Shared(Experts experts, FeedForward shared, double[][] rows)
    {
        var outputs = feedForward.Of(shared, rows);
        return experts.SharedGate is { } gate
            ? [.. outputs.Zip(weights.Linear(gate, rows), (row, score) => row.Times(Loops.Sigmoid(score[0])))]
            : outputs;
    }
}
