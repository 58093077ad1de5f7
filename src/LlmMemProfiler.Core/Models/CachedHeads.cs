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
        block.Sublayers.Select(sublayer => Of(sublayer, side)).FirstOrDefault(heads => heads is not null);

    private static CachedHeads? Of(Sublayer sublayer, CacheSide side) => sublayer switch
    {
        Attention { KeysOf: null } attention => new(attention.KvHeads, attention.HeadDim, attention.IsChunked ? null : attention.Window),
        LatentAttention attention => new(1, side == CacheSide.Keys ? attention.RotaryDim : attention.KvRank),
        _ => null,
    };
}
