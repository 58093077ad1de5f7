namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>The embedding of tokens, and of positions where they are learned, with their weights.</summary>
internal sealed class InputLayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly ModelSpec model;
    private readonly Workload workload;
    private readonly KeptWeight<TTensor> tokens;
    private readonly TTensor? positions;
    private readonly LinearLayer<TTensor>? projection;
    private readonly NormLayer<TTensor>? norm;

    public InputLayer(Assembly<TTensor> parts)
    {
        (ops, model, workload) = (parts.Ops, parts.Model, parts.Workload);
        tokens = parts.Kept(model.Tokens.Weight.Name);
        positions = model.LearnedPositions is { } table ? parts.Tensor(table.Weight.Name) : null;
        projection = model.EmbeddingProjection is { } linear ? parts.Linear(linear) : null;
        norm = parts.NormOrNull(model.EmbeddingNorm);
    }

    /// <summary>[B·T] → [B·T, d].</summary>
    public TTensor Forward(TTensor ids, Pass<TTensor> pass)
    {
        var x = Projected(Embedded(ids));
        if (model.EmbeddingScale != 1)
            ops.Scale(x, model.EmbeddingScale);
        if (positions is not null)
        {
            using var rows = ops.Narrow(positions, 0, model.PositionOffset + pass.Position, pass.Tokens);
            ops.AddPositions(x, rows);
        }
        return Normed(x);
    }

    private TTensor Embedded(TTensor ids)
    {
        var x = ops.Embedding(tokens.Tensor, ids);
        if (tokens.Scale is null)
            return x;
        using var quantized = x;
        using var scales = ops.Embedding(tokens.Scale, ids);
        x = ops.Cast(quantized, workload.ComputeType);
        ops.MultiplyScales(x, scales);
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
