using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>Keys and values of past positions, one store each per layer that has a cache of its own.</summary>
public sealed class KvCache<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly IKvStore<TTensor>?[][] sides;
    private readonly HashSet<int> shared;
    private readonly Dictionary<(int, CacheSide), TTensor> passing = [];

    /// <param name="ops">The interpreter.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">Determines policy and types.</param>
    /// <param name="tensors">Tensors of the <see cref="TensorTable"/>, including the buffers of a preallocated cache.</param>
    public KvCache(ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors)
    {
        this.ops = ops;
        shared = [.. model.Sublayers.OfType<Attention>().Select(attention => attention.KeysOf).OfType<int>()];
        sides = [.. Enum.GetValues<CacheSide>().Select(Stores)];

        IKvStore<TTensor>?[] Stores(CacheSide side) => [.. model.Blocks.Select((block, layer) =>
            CachedHeads.Of(block, side) is { } heads ? Store(heads, TensorTable.NameOf(layer, side), workload.CacheType(side)) : null)];

        IKvStore<TTensor> Store(CachedHeads heads, string name, CacheType type)
        {
            var stored = Stored(heads, name, type.Stored);
            return type.IsQuantized ? new QuantizedStore<TTensor>(ops, type.Stored, stored, Stored(heads with { Width = 1 }, TensorTable.ScaleOf(name), type.Computed))
                : type.Stored == type.Computed ? stored
                : new ConvertedStore<TTensor>(ops, type, stored);
        }

        IKvStore<TTensor> Stored(CachedHeads heads, string name, DataType type) => workload.Cache switch
        {
            CachePolicy.Preallocated => new PreallocatedStore<TTensor>(ops, tensors[name], workload.Kept(heads.Window)),
            CachePolicy.Concat => new ConcatStore<TTensor>(ops, heads, type, workload),
            CachePolicy.Paged => new PagedStore<TTensor>(ops, heads, type, workload),
            _ => throw new ArgumentOutOfRangeException(nameof(workload), workload.Cache, "not a cache policy"),
        };
    }

    /// <summary>True if layers have the cache of another one.</summary>
    internal bool IsShared => shared.Count > 0;

    /// <summary>Appends new positions to the keys, or values, of one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="states">[B, kv_heads, T, head_dim], positions from <paramref name="position"/> on.</param>
    /// <param name="position">Positions already cached.</param>
    /// <param name="tokens">T.</param>
    /// <param name="first">The first position to return.</param>
    /// <returns>
    /// [B, kv_heads, position + T − first, head_dim], in the compute type; the caller disposes it. Those that one token sees may stand in
    /// another order.
    /// </returns>
    public TTensor Append(int layer, CacheSide side, TTensor states, long position, long tokens, long first)
    {
        var store = sides[(int)side][layer]!;
        var end = position + tokens;
        if (tokens > 1 && end > store.Kept)
            return Pass(layer, side, states, position, tokens, first);
        store.Append(states, position, tokens);
        return store.Read(first, end);
    }

    /// <summary>The keys, or values, of one layer, which has appended those of this pass.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="first">The first position to return.</param>
    /// <param name="end">The position after the last one.</param>
    /// <returns>As <see cref="Append"/>.</returns>
    public TTensor Read(int layer, CacheSide side, long first, long end) =>
        passing.TryGetValue((layer, side), out var states) ? ops.Narrow(states, 2, 0, end - first) : sides[(int)side][layer]!.Read(first, end);

    /// <summary>All layers have appended, and read.</summary>
    internal void EndPass()
    {
        foreach (var states in passing.Values)
            states.Dispose();
        passing.Clear();
    }

    /// <summary>As if positions had been appended to all layers.</summary>
    /// <param name="positions">How many.</param>
    internal void Grow(long positions)
    {
        foreach (var store in sides.SelectMany(stores => stores))
            store?.Grow(positions);
    }

    public void Dispose()
    {
        EndPass();
        foreach (var store in sides.SelectMany(stores => stores))
            store?.Dispose();
    }

    /// <summary>
    /// The tokens of a pass see more than what is kept after it: they attend to a copy, of which the last ones are kept. Layers that share the
    /// cache attend to it too.
    /// </summary>
    private TTensor Pass(int layer, CacheSide side, TTensor states, long position, long tokens, long first)
    {
        var store = sides[(int)side][layer]!;
        var (seen, kept) = (position + tokens - first, store.Kept);
        var attended = Joined(store, states, position, tokens, first);
        using var last = ops.Narrow(attended, 2, seen - kept, kept);
        store.Append(last, position + tokens - kept, kept);
        if (shared.Contains(layer))
            passing.Add((layer, side), ops.Narrow(attended, 2, 0, seen));
        return attended;
    }

    private TTensor Joined(IKvStore<TTensor> store, TTensor states, long position, long tokens, long first)
    {
        if (first == position)
            return store.AsRead(states, tokens);
        using var before = store.Read(first, position);
        using var now = store.AsRead(states, tokens);
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Concatenate([before, now], 2);
    }
}

/// <summary>Keys, or values, of one layer.</summary>
internal interface IKvStore<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    /// <summary>The most positions that it holds after an append: the last ones.</summary>
    long Kept { get; }

    /// <summary>
    /// Appends [B, kv_heads, T, head_dim]: one token, as many as there is place for, or <see cref="Kept"/> in place of all before. The last
    /// may be there already.
    /// </summary>
    void Append(TTensor states, long position, long tokens);

    /// <summary>Positions from the first to before the end, which is the last one's; the caller disposes the result.</summary>
    TTensor Read(long first, long end);

    /// <summary>[B, kv_heads, T, head_dim] as they would be read after they had been appended; the caller disposes the result.</summary>
    TTensor AsRead(TTensor states, long tokens);

    /// <summary>As if that many positions had been appended to an empty store.</summary>
    void Grow(long positions);
}
