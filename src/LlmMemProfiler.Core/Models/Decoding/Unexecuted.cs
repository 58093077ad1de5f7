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
        if (model.AddedTokens is not null)
            yield return "an embedding in two tensors";
        if (model.IsOutputNormalized)
            yield return "a normalized output layer";
        if (model.PerLayerInputs is not null)
            yield return "inputs of each layer";
    }

    private static IEnumerable<string?> Of(DecoderBlock block)
    {
        if (block.OutputScale.Count > 0)
            yield return "scaled layers";
        foreach (var branch in block.Branches)
        {
            if (branch.AddsToNormed)
                yield return "outputs that are added to what was normed";
            if (branch.ResidualScale != 1)
                yield return "hidden states that are scaled before outputs are added";
            foreach (var found in Of(branch.Sublayer))
                yield return found;
        }
    }

    private static IEnumerable<string?> Of(Sublayer sublayer) => sublayer switch
    {
        Attention attention => Of(attention),
        FeedForward { IsGateLast: true } => ["gates in the second half of a fused projection"],
        FeedForward => [],
        StateSpace { Kind: StateSpaceKind.ShortConvolution } => ["short convolutions"],
        StateSpace { Kind: StateSpaceKind.Lightning } => ["linear attention"],
        LatentAttention { Indexer: not null } or LatentAttention { PicksOf: not null } => ["an indexer of latent attention"],
        LatentAttention attention => [UnexecutedRotation.In(attention.Positions)],
        Experts { Activation: Activation.QuickGelu or Activation.ReluSquared } => ["an activation by QuickGELU or ReLU²"],
        Experts { Routing.Scores: RouterScores.SparseMixer } => ["experts picked by SparseMixer"],
        Experts { RouterNorm: not null } => ["a router with a norm"],
        Experts experts => experts.Shared is { } shared ? Of(shared) : [],
        _ => ["layers that are not attention and feed-forward"],
    };

    private static IEnumerable<string?> Of(Attention attention)
    {
        yield return UnexecutedRotation.In(attention.Positions as Rotary);
        foreach (var norm in (Norm?[])[attention.QueryNorm, attention.KeyNorm, attention.ValueNorm])
        {
            if (norm is not null && attention.Layout != ProjectionLayout.Separate && norm.Width == attention.HeadDim)
                yield return "norms of the heads of a fused projection";
        }
        yield return attention switch
        {
            { Layout: ProjectionLayout.SharedKeyValue or ProjectionLayout.QueriesOnly } => "keys that are values too",
            { IsChunked: true } => "chunked attention",
            { IsRotatedFirst: true } => "norms after the rotation",
            { IsGated: true } => "gated attention",
            { KeysOf: not null } => "a cache that layers share",
            _ => null,
        };
    }
}
