namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>What a norm computes.</summary>
public enum NormKind
{
    /// <summary>Ba et al. (2016), Layer Normalization.</summary>
    LayerNorm,

    /// <summary>Zhang and Sennrich (2019), Root Mean Square Layer Normalization.</summary>
    RmsNorm,

    /// <summary>As <see cref="RmsNorm"/>, multiplied by 1 + weight, like Gemma's.</summary>
    RmsNormFromOne,

    /// <summary>As <see cref="LayerNorm"/>, multiplied by 1 + weight, like Nemotron's.</summary>
    LayerNormFromOne,
}

/// <summary>A norm over the last dimension.</summary>
/// <param name="Name">Its tensors are 'NAME.weight' and 'NAME.bias', unless they are called otherwise.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Width">Of what is normed, and of its tensors.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record Norm(string Name, NormKind Kind, long Width, double Epsilon)
{
    /// <summary>False if it only norms, like OLMo 1's.</summary>
    public bool HasWeight { get; init; } = true;

    public bool HasBias { get; init; }

    public string WeightName { get; init; } = "weight";

    public string BiasName { get; init; } = "bias";

    /// <summary>Heads with a weight each, [heads, width]; null if there is one weight.</summary>
    public int? Heads { get; init; }

    /// <summary>True if the weight of each head is a tensor of its own, 'NAME.norms.0.weight'.</summary>
    public bool IsSplit { get; init; }

    internal IEnumerable<Weight> Weights
    {
        get
        {
            if (HasWeight && !IsSplit)
                yield return new($"{Name}.{WeightName}", TensorRole.NormWeight, Heads is { } heads ? [heads, Width] : [Width]);
            for (var head = 0; HasWeight && IsSplit && head < Heads; head++)
                yield return new($"{Name}.norms.{head}.weight", TensorRole.NormWeight, [Width]);
            if (HasBias)
                yield return new($"{Name}.{BiasName}", TensorRole.Bias, [Width]);
        }
    }
}
