using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>What a decoder's layers are assembled from: operations, tensors by their names, cache, and what the layers of a pass share.</summary>
internal sealed class Assembly<TTensor>(
    ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors, KvCache<TTensor> cache)
    where TTensor : class, IDisposable
{
    public ITensorOps<TTensor> Ops => ops;

    public Workload Workload => workload;

    public KvCache<TTensor> Cache => cache;

    public ModelSpec Model => model;

    public PassPlan<TTensor> Passes { get; } = new(ops, model, workload, tensors);

    public TTensor Tensor(string name) => tensors[name];

    /// <summary>A weight, with its scales if it is INT8.</summary>
    public KeptWeight<TTensor> Kept(string name) => new(tensors[name], tensors.GetValueOrDefault(name + ".scale"));

    /// <summary>A linear layer with its weights.</summary>
    public LinearLayer<TTensor> Linear(Linear linear) => Linear(linear, linear.Name + ".weight");

    /// <summary>A linear layer whose weight is the embedding's.</summary>
    public LinearLayer<TTensor> Linear(Linear linear, Table tied) => Linear(linear, tied.Weight.Name);

    public NormLayer<TTensor> Norm(Norm norm) => new(norm, this);

    public NormLayer<TTensor>? NormOrNull(Norm? norm) => norm is null ? null : Norm(norm);

    private LinearLayer<TTensor> Linear(Linear linear, string weight) =>
        new(ops, workload, Kept(weight), linear.HasBias ? tensors[linear.Name + ".bias"] : null);
}

/// <summary>A weight as it is kept.</summary>
/// <param name="Tensor">[out, in].</param>
/// <param name="Scale">[out, 1] if <paramref name="Tensor"/> is INT8.</param>
internal readonly record struct KeptWeight<TTensor>(TTensor Tensor, TTensor? Scale)
    where TTensor : class, IDisposable;
