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
        if (model.LearnedPositions is null)
            yield return "positions that are not learned";
        if (model.PositionOffset != 0)
            yield return "positions that start at an offset";
        if (model.EmbeddingNorm is not null)
            yield return "a norm of the embedding";
        if (model.EmbeddingProjection is not null || model.OutputProjection is not null)
            yield return "an embedding of another width";
        if (model.EmbeddingScale != 1 || model.LogitScale != 1)
            yield return "a scaled embedding or output";
        if (model.LogitCap is not null)
            yield return "capped logits";
        if (model.IsOutputNormalized)
            yield return "a normalized output layer";
        if (model.Output.HasBias)
            yield return "an output layer with a bias";
        if (model.PerLayerInputs is not null)
            yield return "inputs of each layer";
        if (model.FinalNorm is { } norm && !IsExecuted(norm))
            yield return Word(norm);
    }

    private static IEnumerable<string?> Of(DecoderBlock block)
    {
        if (block.Residual != Residual.Sequential)
            yield return "parallel branches";
        if (block.OutputScale.Count > 0)
            yield return "scaled layers";
        if (block.Branches is not [{ Sublayer: var first } attention, { Sublayer: var second } feedForward])
        {
            yield return "layers that are not attention and feed-forward";
            yield break;
        }
        foreach (var branch in (Branch[])[attention, feedForward])
        {
            if (branch.Before is not { } norm || branch.After is not null || branch.AfterSum is not null)
                yield return "norms at other places than before a branch";
            else if (!IsExecuted(norm))
                yield return Word(norm);
            if (branch.Scale != 1)
                yield return "scaled branches";
        }
        yield return first switch
        {
            Attention { Layout: not ProjectionLayout.Fused } => "separate projections of queries, keys and values",
            Attention { Positions: not null } => "positions in the scores",
            Attention { Window: not null } => "a window of attention",
            Attention a when a.QueryNorm is not null || a.KeyNorm is not null || a.ValueNorm is not null => "norms of queries and keys",
            Attention { ProjectionLimit: not null } => "bounded queries, keys and values",
            Attention { IsGated: true } => "gated attention",
            Attention { ScoreScale: not null } or Attention { ScoreCap: not null } => "scaled or capped scores",
            Attention { QueryLogLength: not null } => "scaled queries",
            Attention { KeysOf: not null } => "a cache that layers share",
            Attention { Sinks.Count: > 0 } => "attention sinks",
            Attention { Temperature: not null } => "queries that grow with their position",
            Attention => null,
            _ => "layers that are not attention and feed-forward",
        };
        yield return second switch
        {
            FeedForward { IsGated: true } => "a gated feed-forward layer",
            FeedForward { Activation: not Activation.Gelu } => "an activation other than GELU",
            FeedForward => null,
            Experts => "experts",
            _ => "layers that are not attention and feed-forward",
        };
    }

    private static string Word(Norm norm) => norm.Kind switch
    {
        NormKind.LayerNorm => "a LayerNorm without bias",
        NormKind.LayerNormFromOne => "a LayerNorm from one",
        _ => "an RMSNorm",
    };

    private static bool IsExecuted(Norm norm) => norm is { Kind: NormKind.LayerNorm, HasWeight: true, HasBias: true };
}
