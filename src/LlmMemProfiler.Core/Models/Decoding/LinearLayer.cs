using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A linear layer with its weights.</summary>
internal sealed class LinearLayer<TTensor>(ITensorOps<TTensor> ops, Workload workload, KeptWeight<TTensor> weight, TTensor? bias)
    where TTensor : class, IDisposable
{
    /// <summary>[n, in] → [n, out]. INT8 weights are cast to the compute type for this one use.</summary>
    public TTensor Forward(TTensor rows)
    {
        if (weight.Scale is null)
            return ops.Linear(rows, weight.Tensor, bias);
        using var wide = Dequantized(weight.Scale);
        return ops.Linear(rows, wide, bias);
    }

    private TTensor Dequantized(TTensor scale)
    {
        using var owner = ops.Tags.Owner(Part.Workspace);
        var wide = ops.Cast(weight.Tensor, workload.ComputeType);
        ops.MultiplyScales(wide, scale);
        return wide;
    }
}
