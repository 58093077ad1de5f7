using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Outside;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Caches that windows bound, and folded heads, change no logits: every model that has such, against plain loops.</summary>
public class WaysToRunTests(ITestOutputHelper output)
{
    private static readonly int[] Prompt = [3, 17, 17, 41, 5, 60, 22, 8, 33, 17, 2, 50];

    private static readonly TinyModel[] Models =
    [
        .. OutsideModels.All.Concat(InsideModels.All).Where(model => Unexecuted.In(model.Spec) is null && model.Spec.Layers < 10),
        new("mistral-windows", TinyConfig.Of("mistral", TinyConfig.FourLayers, """ "head_dim": 16, "sliding_window": 6 """)),
        new("mistral-windows-of-one", TinyConfig.Of("mistral", TinyConfig.FourLayers, """ "sliding_window": 1 """)),
        new("falcon-alibi-multi-query", TinyConfig.Of("falcon", TinyConfig.Usual, """ "alibi": true, "multi_query": true, "parallel_attn": false, "bias": true """)),
        new("falcon-alibi-groups", TinyConfig.Of("falcon", TinyConfig.Usual, """
             "num_kv_heads": 2, "new_decoder_architecture": true, "parallel_attn": true, "bias": false, "alibi": true
            """)),
    ];

    public static TheoryData<string> Windowed => [.. Names(attention => attention.Window is not null)];

    public static TheoryData<string> Grouped => [.. Names(attention => attention.KvHeads < attention.Heads)];

    [Theory]
    [MemberData(nameof(Windowed))]
    public void A_cache_that_windows_bound_shows_the_same_tokens(string name) => Decodes(
        name,
        from cache in Enum.GetValues<CachePolicy>()
        // Whole, token by token, shorter and longer than the window, and a single token at the end.
        from chunk in (int?[])[null, 1, 4, 7, 11]
        select new Workload { Cache = cache, CacheBlock = 4, WindowCache = WindowCache.Bounded, Attention = chunk == 7 ? AttentionKernel.Math : AttentionKernel.Fused, PrefillChunk = chunk });

    [Theory]
    [MemberData(nameof(Windowed))]
    public void So_it_does_to_a_prompt_that_grows_beyond_the_window(string name) => Decodes(
        name,
        from cache in Enum.GetValues<CachePolicy>()
        from prompt in (int[])[1, 4, 6]
        select new Workload { Cache = cache, CacheBlock = 3, WindowCache = WindowCache.Bounded, Prompt = prompt });

    [Theory]
    [MemberData(nameof(Grouped))]
    public void Folded_heads_attend_as_repeated_ones(string name) => Decodes(
        name,
        from attention in Enum.GetValues<AttentionKernel>()
        select new Workload { GroupedHeads = GroupedHeads.Fold, Attention = attention, PrefillChunk = 11 });

    /// <summary>A cache of a narrow type rounds what a long pass attends to, also what is not kept.</summary>
    [Theory]
    [InlineData("mistral-windows", DataType.BFloat16)]
    [InlineData("gemma2", DataType.Float16)]
    public void In_a_narrow_type_a_bounded_cache_rounds_as_a_full_one(string name, DataType type)
    {
        var model = Models.Single(model => model.Name == name);
        var (spec, weights) = (model.Spec, model.Weights);
        foreach (var chunk in (int?[])[null, 7])
        {
            var workload = new Workload { KvType = type, Type = DataType.Float32, Prompt = Prompt.Length, NewTokens = 8, Logits = LogitsFor.All, PrefillChunk = chunk };
            var full = Logits(spec, weights, workload, out _);
            var bounded = Logits(spec, weights, workload with { WindowCache = WindowCache.Bounded }, out _);
            Assert.InRange(Largest(bounded, [.. full.Select(row => row.Select(x => (double)x).ToArray())]), 0, 1e-5);
        }
    }

    private void Decodes(string name, IEnumerable<Workload> workloads)
    {
        var model = Models.Single(model => model.Name == name);
        var (spec, weights) = (model.Spec, model.Weights);
        foreach (var given in workloads)
        {
            var workload = given with { Type = DataType.Float32, Prompt = Math.Min(given.Prompt, Prompt.Length), NewTokens = 8, Logits = LogitsFor.All };
            var rows = Logits(spec, weights, workload, out var generated);
            var expected = new ReferenceDecoder(spec, tensor => weights[tensor])
                .Logits([.. Prompt[..workload.Prompt], .. generated], workload.PrefillChunk is { } chunk ? Math.Min(chunk, workload.Prompt) : workload.Prompt);
            var largest = Largest(rows, expected);
            output.WriteLine($"{workload}: largest difference {largest:E2}");
            Assert.Equal(workload.Prompt + workload.NewTokens - 1, rows.Length);
            if (largest is > 0 and <= 1e-4)
                continue;
            // FP32 itself may be as far off, as in gemma4 with its scaled layers.
            var usual = Largest(Logits(spec, weights, workload with { WindowCache = WindowCache.Full, GroupedHeads = GroupedHeads.Repeat }, out _), expected);
            Assert.True(largest > 0 && largest <= 2 * usual, $"{workload}: largest difference {largest:E2}, {usual:E2} as usual");
        }
    }

    private static float[][] Logits(ModelSpec spec, SeededWeights weights, Workload workload, out int[] generated)
    {
        using var decoder = new LoadedDecoder(spec, workload, tensor => weights[tensor]);
        decoder.ReplacePrompt(Prompt[..workload.Prompt]);
        var rows = decoder.Decode().SelectMany(pass => pass).ToArray();
        generated = decoder.Generated(0);
        return rows;
    }

    private static double Largest(float[][] rows, double[][] expected) =>
        rows.Zip(expected).Max(pair => pair.First.Zip(pair.Second, (x, y) => Math.Abs(x - y)).Max());

    private static IEnumerable<string> Names(Func<Attention, bool> has) =>
        Models.Where(model => model.Spec.Blocks.SelectMany(block => block.Branches).Any(branch => branch.Sublayer is Attention attention && has(attention)))
            .Select(model => model.Name);
}
