using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>A model and a workload at random.</summary>
internal sealed record DrawnPoint(ModelSpec Model, Workload Workload)
{
    private const int MostPositions = 33_000;

    public static DrawnPoint Draw(Draws draws)
    {
        var workload = DrawWorkload(draws);
        var (heads, headDim) = (draws.From(1, 16), HeadDim(draws));
        var model = new GptSizes
        {
            Name = "drawn",
            Layers = draws.From(1, 3),
            DModel = heads * headDim,
            Heads = heads,
            KvHeads = draws.Of<int>([heads, .. Enumerable.Range(1, heads).Where(kv => heads % kv == 0)]),
            DFf = draws.Chance(0.5) ? 4 * heads * headDim : draws.Spread(1, 20_000),
            Vocabulary = draws.Spread(2, 200_000),
            Positions = MostPositions,
            TiedOutput = draws.Chance(0.5),
            LinearBias = draws.Chance(0.5),
            FinalNorm = draws.Chance(0.5),
        }.Model("drawn");
        return new(model, workload.ValidatedFor(model));
    }

    private static int HeadDim(Draws draws) => draws.Chance(0.7) ? 8 * draws.From(1, 32) : draws.From(1, 300);

    private static DataType? CacheType(Draws draws, double chance) => draws.Chance(chance) ? draws.Of([.. CacheTypes.Known.Values]) : null;

    private static Workload DrawWorkload(Draws draws)
    {
        // Few are long: they say the same of the rules, and take time.
        var prompt = draws.Chance(0.03) ? draws.Spread(2_000, 30_000) : draws.Spread(1, 2_000);
        return new()
        {
            Batch = draws.Chance(0.4) ? 1 : draws.Spread(1, 48),
            Prompt = prompt,
            NewTokens = draws.Chance(0.1) ? draws.From(6, 40) : draws.From(1, 5),
            Type = draws.Of(DataType.Float16, DataType.BFloat16, DataType.Float32, DataType.Int8),
            KvType = CacheType(draws, 0.4),
            KeyType = CacheType(draws, 0.1),
            ValueType = CacheType(draws, 0.1),
            Cache = draws.Of(CachePolicy.Preallocated, CachePolicy.Concat, CachePolicy.Paged),
            // At most some hundred blocks of a sequence.
            CacheBlock = Math.Max(draws.Spread(1, 256), prompt / 256),
            PrefillChunk = draws.Chance(0.6) ? null : Math.Max(1, prompt / draws.From(1, 8)) + draws.From(0, 2),
            Attention = draws.Of(AttentionKernel.Fused, AttentionKernel.Fused, AttentionKernel.Math),
            Logits = draws.Of(LogitsFor.Last, LogitsFor.All),
        };
    }
}
