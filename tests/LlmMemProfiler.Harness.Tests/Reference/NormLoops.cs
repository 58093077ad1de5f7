using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Norms, over whole rows or over each head's part of them.</summary>
internal sealed class NormLoops(WeightLoops weights)
{
    /// <summary>Each row normed; as it is without a norm.</summary>
    public double[][] Of(Norm? norm, double[][] rows) => norm is null ? rows : [.. rows.Select(row => Of(norm, row))];

    private double[] Of(Norm norm, double[] row) => [.. row.Chunk((int)norm.Width).SelectMany((part, head) => Of(norm, part, head))];

    private double[] Of(Norm norm, double[] part, int head)
    {
        var isCentered = norm.Kind is NormKind.LayerNorm or NormKind.LayerNormFromOne;
        var mean = isCentered ? part.Average() : 0;
        var variance = part.Average(x => (x - mean) * (x - mean));
        double[] normed = [.. part.Select(x => (x - mean) / Math.Sqrt(variance + norm.Epsilon))];
        if (norm.HasWeight)
            normed = normed.Times(Weight(norm, head));
        return norm.HasBias ? normed.Plus(weights.All($"{norm.Name}.{norm.BiasName}")) : normed;
    }

    private double[] Weight(Norm norm, int head)
    {
        var weight = norm.IsSplit
            ? weights.All($"{norm.Name}.norms.{head}.weight")
            : weights.All($"{norm.Name}.{norm.WeightName}");
        if (norm.Heads is not null && !norm.IsSplit)
            weight = weight[(int)(head * norm.Width)..(int)((head + 1) * norm.Width)];
        return norm.Kind is NormKind.RmsNormFromOne or NormKind.LayerNormFromOne ? [.. weight.Select(w => 1 + w)] : weight;
    }
}
