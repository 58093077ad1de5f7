using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A table of tokens, with its weights.</summary>
internal sealed class EmbeddingLayer<TTensor>(Table table, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly KeptWeight<TTensor> weight = parts.Kept(table.Weight.Name);

    /// <summary>[n] → [n, width], in the compute type.</summary>
    public TTensor Forward(TTensor ids)
    {
        var x = ops.Embedding(weight.Tensor, ids);
        if (weight.Scale is null)
            return x;
        using var quantized = x;
        using var scales = ops.Embedding(weight.Scale, ids);
        x = ops.Cast(quantized, parts.Workload.ComputeType);
        ops.MultiplyScales(x, scales);
        return x;
    }
}
