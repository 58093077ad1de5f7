using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>Keys and values of past positions, one store each per layer.</summary>
public sealed class KvCache<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly DataType computeType;
    private readonly bool isNarrow;
    private readonly IKvStore<TTensor>[] keys;
    private readonly IKvStore<TTensor>[] values;

    /// <param name="ops">The interpreter.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">Determines policy and type.</param>
    /// <param name="tensors">Tensors of the <see cref="TensorTable"/>, including the buffers of a preallocated cache.</param>
    public KvCache(ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors)
    {
        this.ops = ops;
        computeType = workload.ComputeType;
        isNarrow = workload.CacheType != computeType;
        keys = Stores("keys");
        values = Stores("values");

        IKvStore<TTensor>[] Stores(string side) => [.. model.Sublayers.OfType<Attention>().Select((attention, layer) => Store(attention, layer, side))];

        IKvStore<TTensor> Store(Attention attention, int layer, string side) => workload.Cache switch
        {
            CachePolicy.Preallocated => new PreallocatedStore<TTensor>(ops, tensors[$"cache.{layer}.{side}"]),
            CachePolicy.Concat => new ConcatStore<TTensor>(ops, attention, workload),
            CachePolicy.Paged => new PagedStore<TTensor>(ops, attention, workload),
            _ => throw new ArgumentOutOfRangeException(nameof(workload), workload.Cache, "not a cache policy"),
        };
    }

    /// <summary>Appends new positions to one layer and returns all positions so far, in the compute type.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="newKeys">[B, kv_heads, T, head_dim], positions from <paramref name="position"/> on.</param>
    /// <param name="newValues">Likewise.</param>
    /// <param name="position">Positions already cached.</param>
    /// <param name="tokens">T.</param>
    /// <returns>[B, kv_heads, position + T, head_dim] each; the caller disposes them.</returns>
    public (TTensor Keys, TTensor Values) Append(int layer, TTensor newKeys, TTensor newValues, long position, long tokens)
    {
        var allKeys = Append(keys[layer], newKeys, position, tokens);
        return (allKeys, Append(values[layer], newValues, position, tokens));
    }

    public void Dispose()
    {
        foreach (var store in keys.Concat(values))
            store.Dispose();
    }

    private TTensor Append(IKvStore<TTensor> store, TTensor states, long position, long tokens)
    {
        var all = store.Append(states, position, tokens);
        if (!isNarrow)
            return all;
        using (all)
        using (ops.Tags.Owner(Part.Workspace))
            return ops.Cast(all, computeType);
    }
}

/// <summary>Keys, or values, of one layer.</summary>
internal interface IKvStore<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    /// <summary>Appends [B, kv_heads, T, head_dim] and returns all positions so far; the caller disposes the result.</summary>
    TTensor Append(TTensor states, long position, long tokens);
}
