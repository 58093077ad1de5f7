using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>Keys and values of past positions, one store each per layer that has a cache of its own.</summary>
public sealed class KvCache<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    private readonly IKvStore<TTensor>?[][] sides;

    /// <param name="ops">The interpreter.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">Determines policy and types.</param>
    /// <param name="tensors">Tensors of the <see cref="TensorTable"/>, including the buffers of a preallocated cache.</param>
    public KvCache(ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors)
    {
        sides = [.. Enum.GetValues<CacheSide>().Select(Stores)];

        IKvStore<TTensor>?[] Stores(CacheSide side) => [.. model.Blocks.Select((block, layer) =>
            CachedHeads.Of(block, side) is { } heads ? Store(heads, TensorTable.NameOf(layer, side), workload.CacheType(side)) : null)];

        IKvStore<TTensor> Store(CachedHeads heads, string name, CacheType type)
        {
            var stored = Stored(heads, name, type.Stored);
            return type.IsQuantized ? new QuantizedStore<TTensor>(ops, type.Stored, stored, Stored(heads with { Width = 1 }, TensorTable.ScaleOf(name), type.Computed))
                : type.Stored == type.Computed ? stored
                : new ConvertedStore<TTensor>(ops, type.Computed, stored);
        }

        IKvStore<TTensor> Stored(CachedHeads heads, string name, DataType type) => workload.Cache switch
        {
            CachePolicy.Preallocated => new PreallocatedStore<TTensor>(ops, tensors[name]),
            CachePolicy.Concat => new ConcatStore<TTensor>(ops, heads, type, workload),
            CachePolicy.Paged => new PagedStore<TTensor>(ops, heads, type, workload),
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
        return store.Read(first, position + tokens);
    }

    /// <summary>The keys, or values, of one layer, which has appended those of this pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="first">The first position to return.</param>
    /// <param name="end">The position after the last one.</param>
    /// <returns>As <see cref="Append"/>.</returns>
    public TTensor Read(int layer, CacheSide side, long first, long end) => sides[(int)side][layer]!.Read(first, end);

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
