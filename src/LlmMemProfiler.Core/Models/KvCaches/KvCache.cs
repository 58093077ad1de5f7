using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>Keys and values of past positions, one store each per layer that has a cache of its own.</summary>
public sealed class KvCache<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly DataType computeType;
    private readonly bool isNarrow;
    private readonly IKvStore<TTensor>?[][] sides;

    /// <param name="ops">The interpreter.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">Determines policy and type.</param>
    /// <param name="tensors">Tensors of the <see cref="TensorTable"/>, including the buffers of a preallocated cache.</param>
    public KvCache(ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors)
    {
        this.ops = ops;
        computeType = workload.ComputeType;
        isNarrow = workload.CacheType != computeType;
        sides = [.. Enum.GetValues<CacheSide>().Select(Stores)];

        IKvStore<TTensor>?[] Stores(CacheSide side) => [.. model.Blocks.Select((block, layer) =>
            CachedHeads.Of(block, side) is { } heads ? Store(heads, layer, side) : null)];

        IKvStore<TTensor> Store(CachedHeads heads, int layer, CacheSide side) => workload.Cache switch
        {
            CachePolicy.Preallocated => new PreallocatedStore<TTensor>(ops, tensors[TensorTable.NameOf(layer, side)]),
            CachePolicy.Concat => new ConcatStore<TTensor>(ops, heads, workload),
            CachePolicy.Paged => new PagedStore<TTensor>(ops, heads, workload),
            _ => throw new ArgumentOutOfRangeException(nameof(workload), workload.Cache, "not a cache policy"),
        };
    }

    /// <summary>Appends new positions to the keys, or values, of one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="states">[B, kv_heads, T, head_dim], positions from <paramref name="position"/> on.</param>
    /// <param name="position">Positions already cached.</param>
    /// <param name="tokens">T.</param>
    /// <param name="first">The first position to return.</param>
    /// <returns>[B, kv_heads, position + T − first, head_dim], in the compute type; the caller disposes it.</returns>
    public TTensor Append(int layer, CacheSide side, TTensor states, long position, long tokens, long first)
    {
        var store = sides[(int)side][layer]!;
        store.Append(states, position, tokens);
        return Read(store, first, position + tokens);
    }

    /// <summary>The keys, or values, of one layer, which has appended those of this pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="first">The first position to return.</param>
    /// <param name="end">The position after the last one.</param>
    /// <returns>As <see cref="Append"/>.</returns>
    public TTensor Read(int layer, CacheSide side, long first, long end) => Read(sides[(int)side][layer]!, first, end);

    /// <summary>As if positions had been appended to all layers.</summary>
    /// <param name="positions">How many.</param>
    internal void Grow(long positions)
    {
        foreach (var store in sides.SelectMany(stores => stores))
            store?.Grow(positions);
    }

    public void Dispose()
    {
        foreach (var store in sides.SelectMany(stores => stores))
            store?.Dispose();
    }

    private TTensor Read(IKvStore<TTensor> store, long first, long end)
    {
        var read = store.Read(first, end);
        if (!isNarrow)
            return read;
        using (read)
        using (ops.Tags.Owner(Part.Workspace))
            return ops.Cast(read, computeType);
    }
}

/// <summary>Keys, or values, of one layer.</summary>
internal interface IKvStore<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    /// <summary>Appends [B, kv_heads, T, head_dim].</summary>
    void Append(TTensor states, long position, long tokens);

    /// <summary>Positions from the first to before the end, which is the last one's; the caller disposes the result.</summary>
    TTensor Read(long first, long end);

    /// <summary>As if that many positions had been appended to an empty store.</summary>
    void Grow(long positions);
}
