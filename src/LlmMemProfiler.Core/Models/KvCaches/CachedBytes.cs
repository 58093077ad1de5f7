using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>What is kept of tokens.</summary>
/// <param name="Elements">Keys and values.</param>
/// <param name="Scales">Their scales.</param>
/// <param name="Computed">What keys and values would be in the compute type.</param>
public readonly record struct CachedBytes(ByteSize Elements, ByteSize Scales, ByteSize Computed)
{
    public ByteSize Total => Elements + Scales;

    /// <summary>What all layers keep of all sequences at the end: all tokens, or those that a window shows where it bounds the cache.</summary>
    public static CachedBytes OfSequence(ModelSpec model, Workload workload) =>
        Sum(model, layer => OfToken(layer, workload) * workload.Kept(layer.Cached?.Sliding)) * workload.Batch;

    /// <summary>What all layers keep at least at the end: no less than the tokens that the next one may attend to.</summary>
    public static CachedBytes Least(ModelSpec model, Workload workload) =>
        Sum(model, layer => OfToken(layer, workload) * (layer.Cached?.Least(workload.Length) ?? 0)) * workload.Batch;

    private static CachedBytes Sum(ModelSpec model, Func<Sublayer, CachedBytes> of) =>
        model.Sublayers.Aggregate(default(CachedBytes), (sum, layer) => sum + of(layer));

    /// <summary>What a layer keeps of one token of one sequence.</summary>
    internal static CachedBytes OfToken(Sublayer layer, Workload workload)
    {
        var sum = default(CachedBytes);
        foreach (var (side, heads) in CachedHeads.Of(layer))
        {
            var type = workload.CacheType(side);
            var elements = heads.Heads * heads.Width;
            sum += new CachedBytes(new ByteSize(type.Stored.Bytes()) * elements, type.Scale * heads.Heads, new ByteSize(type.Computed.Bytes()) * elements);
        }
        return sum;
    }

    public static CachedBytes operator *(CachedBytes one, long times) => new(one.Elements * times, one.Scales * times, one.Computed * times);

    public static CachedBytes operator +(CachedBytes a, CachedBytes b) => new(a.Elements + b.Elements, a.Scales + b.Scales, a.Computed + b.Computed);
}
