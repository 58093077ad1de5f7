using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>What a layer keeps of a token on one side of its cache.</summary>
/// <param name="Heads">Heads of it.</param>
/// <param name="Width">Elements of a head.</param>
/// <param name="Window">The layer's sliding window; null if it has none.</param>
/// <remarks>
/// Latent attention keeps two vectors, which all heads share: on the side of the keys the rotated part of the key, on that of the values
/// the narrow vector that the values, and the other part of the keys, are made from.
/// </remarks>
internal readonly record struct CachedHeads(long Heads, long Width, int? Window = null)
{
    /// <summary>Those of a block; null if it has no cache of its own.</summary>
    public static CachedHeads? Of(DecoderBlock block, CacheSide side) =>
        block.Sublayers.SelectMany(Of).Where(kept => kept.Side == side).Select(kept => (CachedHeads?)kept.Heads).FirstOrDefault();

    /// <summary>All that a sublayer keeps of a token; an indexer's key comes after the others.</summary>
    public static IReadOnlyList<(CacheSide Side, CachedHeads Heads)> Of(Sublayer sublayer) => sublayer switch
    {
        Attention { KeysOf: null } attention => OfBoth(new(attention.KvHeads, attention.HeadDim, attention.Cached?.Sliding)),
        LatentAttention attention =>
        [
            (CacheSide.Keys, new(1, attention.RotaryDim)), (CacheSide.Values, new(1, attention.KvRank)),
            .. attention.Indexer is { } indexer ? [(CacheSide.Keys, new CachedHeads(1, indexer.HeadDim))] : Array.Empty<(CacheSide, CachedHeads)>(),
        ],
        _ => [],
    };

    private static (CacheSide, CachedHeads)[] OfBoth(CachedHeads heads) => [(CacheSide.Keys, heads), (CacheSide.Values, heads)];
}
