namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Role of a tensor in the model; determines its initial values.</summary>
public enum TensorRole
{
    Embedding,

    /// <summary>Learned positions. They are added to what is computed, and keep its type.</summary>
    Positions,

    NormWeight,
    Bias,
    LinearWeight,

    /// <summary>Scales of an INT8 weight, one per output channel; filled together with it.</summary>
    Scale,

    /// <summary>A learned number or vector of its own, such as attention sinks or the decay of a state.</summary>
    Parameter,

    /// <summary>Cosines and sines of the positions.</summary>
    Angles,

    /// <summary>Cache and token buffers, initially zero.</summary>
    Buffer,
}

/// <summary>A tensor of a model's checkpoint.</summary>
/// <param name="Name">Below the model's prefix: 'h.0.ln_1.weight' is 'transformer.h.0.ln_1.weight' in GPT-2's checkpoint.</param>
/// <param name="Role">Its role in the model.</param>
/// <param name="Shape">As it is used: linear weights are [out, in].</param>
public sealed record Weight(string Name, TensorRole Role, Sequence<long> Shape)
{
    /// <summary>True if the checkpoint keeps it as [in, out], or [experts, in, out].</summary>
    public bool IsTransposed { get; init; }

    /// <exception cref="OverflowException">The count does not fit 64 bits.</exception>
    public long Elements => Shape.Aggregate(1L, (product, n) => checked(product * n));

    /// <summary>As the checkpoint keeps it.</summary>
    public Sequence<long> StoredShape => IsTransposed ? [.. Shape.Take(Shape.Count - 2), Shape[^1], Shape[^2]] : Shape;
}
