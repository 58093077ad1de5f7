using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A norm with its weights.</summary>
internal sealed class NormLayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly Norm norm;
    private readonly TTensor? weight, bias;

    public NormLayer(Norm norm, Assembly<TTensor> parts)
    {
        (ops, this.norm) = (parts.Ops, norm);
        weight = norm.HasWeight ? parts.Tensor($"{norm.Name}.{norm.WeightName}") : null;
        bias = norm.HasBias ? parts.Tensor($"{norm.Name}.{norm.BiasName}") : null;
    }

    /// <summary>[n, width] → [n, width].</summary>
    public TTensor Forward(TTensor rows) => norm.Kind switch
    {
        NormKind.LayerNorm => ops.LayerNorm(rows, weight, bias, norm.Epsilon),
        NormKind.RmsNorm => ops.RmsNorm(rows, weight, norm.Epsilon, fromOne: false),
        NormKind.LayerNormFromOne => ops.LayerNorm(rows, weight, bias, norm.Epsilon, fromOne: true),
        NormKind.RmsNormFromOne => ops.RmsNorm(rows, weight, norm.Epsilon, fromOne: true),
        _ => throw new InvalidOperationException($"{norm.Name} is a norm that is not executed"),
    };
}
