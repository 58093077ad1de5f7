using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>
/// The standard plan of a GPU, made for its size: what people run on a card fills it. Models take about 1, 5, 20, 50 and 85 % of its
/// memory in FP16, decodes have 8 to 1,024 tokens, and the batch goes up to the largest that fits.
/// </summary>
public static class CardPlan
{
    /// <summary>The largest batch fills this share of the card, so that it cannot run out.</summary>
    private const double LargestBatchShare = 0.6;

    private const int Vocabulary = 50_257;
    private const int Positions = 2_048;
    private const int HeadDim = 128;

    /// <summary>Blocks of these widths; the widest that still gives a dozen layers is taken, as in models of that size.</summary>
    private static readonly int[] Widths = [512, 768, 1_024, 1_536, 2_048, 2_560, 4_096, 5_120, 8_192];

    private const int LeastLayers = 12;

    private static readonly int[] Shares = [1, 5, 20, 50, 85];

    /// <param name="card">The card's memory.</param>
    public static SweepPlan For(ByteSize card) =>
        new("standard", [.. Points(card).DistinctBy(p => (p.ModelFacts, p.WorkloadFacts))]);

    /// <summary>A model whose FP16 weights take about a share of the card.</summary>
    /// <param name="card">The card's memory.</param>
    /// <param name="percent">The share.</param>
    public static ModelSpec Model(ByteSize card, int percent)
    {
        var parameters = card.Bytes / 100.0 * percent / DataType.Float16.Bytes();
        var width = Widths.LastOrDefault(d => LayersOf(d) >= LeastLayers, Widths[0]);
        return new GptSizes
        {
            Name = $"card-{percent}-percent",
            Layers = (int)Math.Clamp(Math.Round(LayersOf(width)), 1, ModelSpec.MaximumLayers),
            DModel = width,
            Heads = width / HeadDim,
            KvHeads = width / HeadDim,
            DFf = 4 * width,
            Vocabulary = Vocabulary,
            Positions = Positions,
            TiedOutput = true,
            LinearBias = true,
            FinalNorm = true,
        }.Model("the standard plan");

        // A block has 4 d² in attention and 8 d² in the feed-forward layer.
        double LayersOf(int d) => (parameters - ((double)(Vocabulary + Positions) * d)) / (12.0 * d * d);
    }

    private static IEnumerable<SweepPoint> Points(ByteSize card)
    {
        var models = Shares.ToDictionary(share => share, share => Model(card, share));
        foreach (var dtype in (DataType[])[DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int8])
        {
            foreach (var attention in (AttentionKernel[])[AttentionKernel.Fused, AttentionKernel.Math])
            {
                foreach (var batch in (int[])[1, 4])
                {
                    foreach (var prompt in (int[])[64, 320])
                        yield return Of(1, new() { Type = dtype, Attention = attention, Batch = batch, Prompt = prompt, NewTokens = 8 });
                }
            }
            yield return Of(1, new() { Type = dtype, Prompt = 64, NewTokens = 128 });
            yield return Of(1, new() { Type = dtype, Prompt = 64, NewTokens = 1_024 });
            yield return Of(5, new() { Type = dtype, Prompt = 128, NewTokens = 8 });
        }
        foreach (var cache in (CachePolicy[])[CachePolicy.Concat, CachePolicy.Paged])
        {
            foreach (var newTokens in (int[])[16, 256])
                yield return Of(1, new() { Cache = cache, Prompt = 128, NewTokens = newTokens });
        }
        foreach (var chunk in (int?[])[null, 128])
            yield return Of(1, new() { Logits = LogitsFor.All, Prompt = 512, PrefillChunk = chunk, NewTokens = 8 });
        foreach (var (share, newTokens) in ((int, int)[])[(5, 64), (5, 512), (20, 8), (20, 64), (20, 256)])
        {
            foreach (var batch in (int[])[1, 4])
                yield return Of(share, new() { Batch = batch, Prompt = 128, NewTokens = newTokens });
        }
        yield return Of(1, new() { Prompt = 1_536, NewTokens = 8 });
        yield return Of(5, new() { Prompt = 1_536, NewTokens = 8 });
        yield return Of(1, new() { Batch = LargestBatch(models[1], card), Prompt = 512, NewTokens = 16 });
        yield return Of(50, new() { Prompt = 128, NewTokens = 8 });
        yield return Of(85, new() { Prompt = 128, NewTokens = 8 });

        SweepPoint Of(int share, Workload workload) => new(models[share], workload, ModelFacts.Of(models[share]));
    }

    /// <summary>The largest power of two whose predicted peak stays within the share.</summary>
    private static int LargestBatch(ModelSpec model, ByteSize card)
    {
        var batch = 4;
        while (SweepJob.Predict(new(model, new() { Batch = 2 * batch, Prompt = 512, NewTokens = 16 }, ModelFacts.Of(model)), DeviceKind.Cuda).Bytes <= LargestBatchShare * card.Bytes)
            batch *= 2;
        return batch;
    }
}
