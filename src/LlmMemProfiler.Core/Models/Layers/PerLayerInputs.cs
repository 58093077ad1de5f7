namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>
/// A narrow vector for each layer and token, from the token itself and from its embedding:
/// (table · √width + norm(projection(embedding) / √d)) / √2.
/// </summary>
/// <param name="Tokens">[vocabulary, layers · width].</param>
/// <param name="Projection">[layers · width, d].</param>
/// <param name="Norm">Of each layer's vector.</param>
/// <remarks>Google DeepMind (2025), Gemma 3n.</remarks>
public sealed record PerLayerInputs(Table Tokens, Linear Projection, Norm Norm)
{
    internal IEnumerable<Weight> Weights => [Tokens.Weight, .. Projection.Weights, .. Norm.Weights];
}

/// <summary>Mixes a layer's vector of <see cref="PerLayerInputs"/> in: projection(act(gate(x)) · vector).</summary>
/// <param name="Gate">[width, d].</param>
/// <param name="Activation">Of the gate.</param>
/// <param name="Projection">[d, width].</param>
public sealed record PerLayerInput(Linear Gate, Activation Activation, Linear Projection) : Sublayer
{
    internal override IEnumerable<Weight> Weights => [.. Gate.Weights, .. Projection.Weights];
}
