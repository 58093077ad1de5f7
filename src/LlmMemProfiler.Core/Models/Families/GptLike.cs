using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What models before Llama have in common: LayerNorms with a bias, and feed-forward layers without a gate.</summary>
internal abstract class GptLike : ModelFamily
{
    protected static Sequence<DecoderBlock> Blocks(int layers, Func<int, DecoderBlock> block) => [.. Enumerable.Range(0, layers).Select(block)];

    protected static Norm LayerNorm(string name, long width, double epsilon) => new(name, NormKind.LayerNorm, width, epsilon) { HasBias = true };

    protected static FeedForward Plain(Linear up, Linear down, Activation activation) =>
        new() { Width = checked((int)up.Outputs), Up = up, Down = down, Activation = activation };

    /// <summary>Attention with a projection each for queries, keys and values.</summary>
    /// <param name="config">The config.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key/value heads.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="projection">Makes a projection of a letter, 'q', 'k' or 'v', and a width.</param>
    /// <param name="output">The output layer.</param>
    /// <exception cref="InputException">The key/value heads do not divide the query heads.</exception>
    protected static Attention Separate(ModelConfig config, int heads, int kvHeads, int headDim, Func<char, long, Linear> projection, Linear output)
    {
        config.RequireMultiple(heads, "query heads", kvHeads, "key/value heads");
        var (queries, keys) = ((long)heads * headDim, (long)kvHeads * headDim);
        return new()
        {
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            Layout = ProjectionLayout.Separate,
            Projections = [projection('q', queries), projection('k', keys), projection('v', keys)],
            Output = output,
        };
    }

    /// <summary>Attention with one projection for all.</summary>
    /// <param name="config">The config.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key/value heads.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="layout">Order of its outputs.</param>
    /// <param name="projection">Makes the projection of a width.</param>
    /// <param name="output">The output layer.</param>
    /// <exception cref="InputException">The key/value heads do not divide the query heads.</exception>
    protected static Attention Fused(
        ModelConfig config, int heads, int kvHeads, int headDim, ProjectionLayout layout, Func<long, Linear> projection, Linear output)
    {
        config.RequireMultiple(heads, "query heads", kvHeads, "key/value heads");
        return new()
        {
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            Layout = layout,
            Projections = [projection((heads + (2L * kvHeads)) * headDim)],
            Output = output,
        };
    }
}
