using LlmMemProfiler.Core.Measurement;

namespace LlmMemProfiler.Core.Models;

/// <summary>
/// Keys and values of past positions, one pair of buffers a layer, allocated at once for the whole sequence:
/// [B, kv_heads, L, head_dim].
/// </summary>
public sealed class KvCache<TTensor>(ITensorOps<TTensor> ops, IReadOnlyList<TTensor> keys, IReadOnlyList<TTensor> values)
    where TTensor : class, IDisposable
{
    /// <summary>Writes the new positions of one layer and gives views of all positions up to them.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="newKeys">[B, kv_heads, T, head_dim], positions from <paramref name="position"/> on.</param>
    /// <param name="newValues">The same of the values.</param>
    /// <param name="position">Positions already there.</param>
    /// <param name="tokens">T.</param>
    public (TTensor Keys, TTensor Values) Append(int layer, TTensor newKeys, TTensor newValues, long position, long tokens)
    {
        using var owner = ops.Tags.Owner(Part.KvCache);
        Write(keys[layer], newKeys);
        Write(values[layer], newValues);
        return (ops.Narrow(keys[layer], 2, 0, position + tokens), ops.Narrow(values[layer], 2, 0, position + tokens));

        void Write(TTensor buffer, TTensor states)
        {
            using var place = ops.Narrow(buffer, 2, position, tokens);
            ops.WriteCache(place, states);
        }
    }
}
