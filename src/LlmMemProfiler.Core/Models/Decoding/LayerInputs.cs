using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Makes the vectors that each layer gets beside the hidden state, with their weights.</summary>
/// <remarks>transformers, <c>models/gemma4/modeling_gemma4.py</c>, <c>project_per_layer_inputs</c>.</remarks>
internal sealed class LayerInputs<TTensor>(PerLayerInputs inputs, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly EmbeddingLayer<TTensor> tokens = new(inputs.Tokens, parts);
    private readonly LinearLayer<TTensor> projection = parts.Linear(inputs.Projection);
    private readonly NormLayer<TTensor> norm = parts.Norm(inputs.Norm);

    /// <summary>[n], [n, d] → [n, layers · width].</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="embedded">Their embedding, as the first layer reads it.</param>
    public TTensor Forward(TTensor ids, TTensor embedded)
    {
        using var fromTokens = tokens.Forward(ids);
        ops.Scale(fromTokens, Math.Sqrt(inputs.Norm.Width));
        using var fromState = Projected(embedded);
        var sum = ops.Add(fromState, fromTokens);
        ops.Scale(sum, 1 / Math.Sqrt(2));
        return sum;
    }

    private TTensor Projected(TTensor embedded)
    {
        using var all = projection.Forward(embedded);
        ops.Scale(all, 1 / Math.Sqrt(inputs.Projection.Inputs));
        using var vectors = ops.InRowsOf(all, inputs.Norm.Width);
        using var normed = norm.Forward(vectors);
        return ops.InRowsOf(normed, inputs.Projection.Outputs);
    }
}
