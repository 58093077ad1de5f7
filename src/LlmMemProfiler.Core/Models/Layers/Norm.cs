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

    internal IEnumerable<Weight> Weights
    {
        get
        {
            if (HasWeight)
                yield return new($"{Name}.{WeightName}", TensorRole.NormWeight, [Width]);
            if (HasBias)
                yield return new($"{Name}.{BiasName}", TensorRole.Bias, [Width]);
        }
    }
}
