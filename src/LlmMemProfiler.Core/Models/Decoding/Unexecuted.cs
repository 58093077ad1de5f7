using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>What of a model the <see cref="Transformer{TTensor}"/> does not execute: models that have it are counted, and neither simulated nor run.</summary>
public static class Unexecuted
{
    /// <summary>The first such thing in a model, as a noun; null if all of it is executed.</summary>
    public static string? In(ModelSpec model) => Of(model).Concat(model.Blocks.SelectMany(Of)).FirstOrDefault(found => found is not null);

    private static IEnumerable<string?> Of(ModelSpec model)
    {
        if (model.Quantization is { } quantization)
            yield return $"weights quantized by {quantization.Method}";
        // A text has none of the added tokens, unless it writes them itself.
        if (model.AddedTokens is not null && model.Output.Outputs > model.Tokens.Rows)
            yield return "an embedding in two tensors, both of which it can write";
        if (model.IsOutputNormalized && model.TiedOutput)
            yield return "a normalized output layer that is the embedding too";
        if (model.PerLayerInputs is { } inputs && inputs.Tokens.Rows < model.Vocabulary)
            yield return "tokens without inputs of each layer";
    }

    private static IEnumerable<string?> Of(DecoderBlock block)
    {
        foreach (var branch in block.Branches)
        {
            if (block.Residual != Residual.Sequential && (branch.AddsToNormed || branch.ResidualScale != 1))
                yield return "branches side by side whose input is scaled or normed before they are added";
            foreach (var found in Of(branch.Sublayer))
                yield return found;
        }
    }

    private static IEnumerable<string?> Of(Sublayer sublayer) => sublayer switch
    {
        Attention attention => Of(attention),
        FeedForward or Projection or PerLayerInput => [],
        SideBySide sublayers => sublayers.Branches.SelectMany(branch => Of(branch.Sublayer)),
        CrossAttention => ["attention to an encoder, which is not run"],
        StateSpace { Kind: StateSpaceKind.ShortConvolution } => ["short convolutions"],
        StateSpace { Kind: StateSpaceKind.Lightning or StateSpaceKind.GatedDelta } => ["linear attention"],
        StateSpace => ["state-space layers"],
        LatentAttention { Indexer: not null } or LatentAttention { PicksOf: not null } => ["an indexer of latent attention"],
        LatentAttention attention => [UnexecutedRotation.In(attention.Positions)],
        Experts experts => experts.Shared is { } shared ? Of(shared) : [],
        _ => ["layers that are not attention and feed-forward"],
    };

    private static IEnumerable<string?> Of(Attention attention)
    {
        yield return UnexecutedRotation.In(attention.Positions as Rotary);
        yield return attention switch
        {
            { SeesPrompt: true } => "attention in which the tokens of a prompt see those after them",
            // Keys are rotated in place, and so would the values be.
            { Layout: ProjectionLayout.SharedKeyValue, KeyNorm: null } or { Layout: ProjectionLayout.SharedKeyValue, IsRotatedFirst: true } =>
                "keys that are values too, and are not normed before they are rotated",
            { IsGated: true, Layout: not ProjectionLayout.Separate } => "gates in a fused projection of queries, keys and values",
            _ => null,
        };
    }
}
