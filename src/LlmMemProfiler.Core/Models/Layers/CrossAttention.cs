namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Attention over the states of an encoder, which are there before the first token.</summary>
/// <param name="Projections">Of queries, keys and values, fused or not.</param>
/// <param name="Output">Its output layer.</param>
public sealed record CrossAttention(Sequence<Linear> Projections, Linear Output) : Sublayer
{
    internal override IEnumerable<Weight> Weights => [.. Projections.SelectMany(projection => projection.Weights), .. Output.Weights];
}
