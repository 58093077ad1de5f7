namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>The embedding of tokens, and of positions where they are learned, with their weights.</summary>
internal sealed class InputLayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly ModelSpec model;
    private readonly EmbeddingLayer<TTensor> tokens;
    private readonly TTensor? positions;
    private readonly LinearLayer<TTensor>? projection;
    private readonly NormLayer<TTensor>? norm;
    private readonly LayerInputs<TTensor>? layerInputs;

    public InputLayer(Assembly<TTensor> parts)
    {
        (ops, model) = (parts.Ops, parts.Model);
        tokens = new(model.Tokens, parts);
        positions = model.LearnedPositions is { } table ? parts.Tensor(table.Weight.Name) : null;
        projection = model.EmbeddingProjection is { } linear ? parts.Linear(linear) : null;
        norm = parts.NormOrNull(model.EmbeddingNorm);
        layerInputs = model.PerLayerInputs is { } inputs ? new(inputs, parts) : null;
    }

    /// <summary>[B·T] → [B·T, d]; what its layers get beside it goes into the pass.</summary>
    public TTensor Forward(TTensor ids, Pass<TTensor> pass)
    {
        var x = Projected(tokens.Forward(ids));
        if (model.EmbeddingScale != 1)
            ops.Scale(x, model.EmbeddingScale);
        if (positions is not null)
        {
            using var rows = ops.Narrow(positions, 0, model.PositionOffset + pass.Position, pass.Tokens);
            ops.AddPositions(x, rows);
        }
        x = Normed(x);
        pass.LayerInputs = layerInputs?.Forward(ids, x);
        return x;
    }

    private TTensor Projected(TTensor x)
    {
        if (projection is null)
            return x;
        using (x)
            return projection.Forward(x);
    }

    private TTensor Normed(TTensor x)
    {
        if (norm is null)
            return x;
        using (x)
            return norm.Forward(x);
    }
}
