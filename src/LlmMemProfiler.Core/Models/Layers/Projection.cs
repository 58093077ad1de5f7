namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>A linear layer in the place of attention or feed-forward, as in pruned models.</summary>
/// <param name="Layer">The layer, [d, d].</param>
public sealed record Projection(Linear Layer) : Sublayer
{
    internal override IEnumerable<Weight> Weights => Layer.Weights;
}
