using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Reference;

namespace LlmMemProfiler.Harness.Tests;

public class DecodingTests(ITestOutputHelper output)
{
    public static TheoryData<string, AttentionKernel, int> Variants()
    {
        var data = new TheoryData<string, AttentionKernel, int>();
        foreach (var model in (string[])["tiny", "tiny-guide", "tiny-gqa"])
        {
            foreach (var attention in Enum.GetValues<AttentionKernel>())
            {
                data.Add(model, attention, 1);
                data.Add(model, attention, 3);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Cached_decoding_agrees_with_plain_loops_over_the_whole_sequence(string model, AttentionKernel attention, int batch)
    {
        var workload = new Workload { Type = DataType.Float32, Batch = batch, Prompt = 7, NewTokens = 9, Attention = attention };
        using var decoder = new LoadedDecoder(ModelPresets.Find(model), workload);
        var passes = decoder.Decode();

        var (largest, magnitude) = (0.0, 0.0);
        for (var sequence = 0; sequence < batch; sequence++)
        {
            var expected = Reference(decoder, sequence);
            var generated = decoder.Generated(sequence);
            for (var step = 0; step < passes.Count; step++)
            {
                var row = expected[workload.Prompt - 1 + step];
                largest = Math.Max(largest, LargestDifference(passes[step][sequence], row));
                magnitude = Math.Max(magnitude, row.Max(Math.Abs));
                Assert.Equal(IndexOfLargest(row), generated[step]);
            }
        }
        output.WriteLine($"{model}, {attention}, batch {batch}: largest logit difference {largest:E2} over {passes.Count} passes, of logits up to {magnitude:E2}");
        Assert.InRange(largest, double.Epsilon, 1e-4);
        // Small models have small logits: rounding alone, and nothing that a wrong term could hide in.
        Assert.InRange(largest / magnitude, 0, 1e-5);
    }

    public static TheoryData<string, AttentionKernel, CachePolicy, int?> WaysToRun()
    {
        var data = new TheoryData<string, AttentionKernel, CachePolicy, int?>();
        foreach (var model in (string[])["tiny", "tiny-gqa"])
        {
            foreach (var attention in Enum.GetValues<AttentionKernel>())
            {
                foreach (var cache in Enum.GetValues<CachePolicy>())
                {
                    foreach (var chunk in (int?[])[null, 1, 3, 4])
                        data.Add(model, attention, cache, chunk);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void Every_way_to_run_gives_the_same_logits(string model, AttentionKernel attention, CachePolicy cache, int? chunk)
    {
        var workload = new Workload
        {
            Type = DataType.Float32,
            Batch = 2,
            Prompt = 7,
            NewTokens = 6,
            Attention = attention,
            Cache = cache,
            CacheBlock = 4,
            PrefillChunk = chunk,
        };
        using var decoder = new LoadedDecoder(ModelPresets.Find(model), workload);
        var passes = decoder.Decode();
        Assert.Equal(workload.NewTokens, passes.Count);
        for (var sequence = 0; sequence < workload.Batch; sequence++)
        {
            var expected = Reference(decoder, sequence);
            for (var step = 0; step < passes.Count; step++)
            {
                var row = expected[workload.Prompt - 1 + step];
                Assert.InRange(LargestDifference(passes[step][sequence], row) / row.Max(Math.Abs), 0, 1e-5);
                Assert.Equal(IndexOfLargest(row), decoder.Generated(sequence)[step]);
            }
        }
    }

    [Theory]
    [InlineData(CachePolicy.Preallocated)]
    [InlineData(CachePolicy.Concat)]
    [InlineData(CachePolicy.Paged)]
    public void A_narrower_cache_rounds_and_no_more(CachePolicy cache)
    {
        var workload = new Workload { Type = DataType.Float32, KvType = DataType.Float16, Cache = cache, Prompt = 7, NewTokens = 12 };
        using var decoder = new LoadedDecoder(ModelPresets.Find("tiny"), workload);
        var passes = decoder.Decode();
        var expected = Reference(decoder, 0);
        var largest = passes.Select((pass, step) => LargestDifference(pass[0], expected[workload.Prompt - 1 + step])).Max();
        // More than FP32's own rounding, or the type was not used; less than a wrong value would make.
        Assert.InRange(largest / expected.Max(row => row.Max(Math.Abs)), 1e-6, 2e-3);
    }

    [Theory]
    [InlineData("tiny", AttentionKernel.Fused)]
    [InlineData("tiny-gqa", AttentionKernel.Math)]
    public void Logits_for_all_positions_agree_with_plain_loops(string model, AttentionKernel attention)
    {
        var workload = new Workload { Type = DataType.Float32, Prompt = 11, NewTokens = 1, Attention = attention, Logits = LogitsFor.All };
        using var decoder = new LoadedDecoder(ModelPresets.Find(model), workload);
        var prefill = Assert.Single(decoder.Decode());
        var expected = Reference(decoder, 0);
        Assert.Equal(workload.Prompt, prefill.Length);
        for (var position = 0; position < prefill.Length; position++)
            Assert.InRange(LargestDifference(prefill[position], expected[position]), 0, 1e-4);
    }

    [Theory]
    [InlineData("tiny", DataType.Float16, 2e-3)]
    [InlineData("tiny", DataType.BFloat16, 1.5e-2)]
    [InlineData("tiny", DataType.Int8, 2e-3)]
    [InlineData("tiny-gqa", DataType.Int8, 2e-3)]
    public void Narrow_types_agree_with_plain_loops_within_their_rounding(string model, DataType type, double relative)
    {
        var workload = new Workload { Type = type, Prompt = 5, NewTokens = 6 };
        using var decoder = new LoadedDecoder(ModelPresets.Find(model), workload);
        var passes = decoder.Decode();
        var expected = Reference(decoder, 0);
        var largest = passes.Select((pass, step) => LargestDifference(pass[0], expected[workload.Prompt - 1 + step])).Max();
        var magnitude = expected.Max(row => row.Max(Math.Abs));
        output.WriteLine($"{model}, {type}: largest logit difference {largest:E2}, of logits up to {magnitude:E2}");
        Assert.InRange(largest / magnitude, double.Epsilon, relative);
    }

    [Fact]
    public void Cached_decoding_agrees_with_recomputing_the_whole_sequence_on_libtorch()
    {
        var model = ModelPresets.Find("tiny");
        var workload = new Workload { Type = DataType.Float32, Prompt = 5, NewTokens = 12 };
        using var cached = new LoadedDecoder(model, workload);
        var passes = cached.Decode();
        var ids = cached.Prompt(0).Concat(cached.Generated(0)).ToArray();
        var largest = 0.0;
        for (var step = 0; step < passes.Count; step++)
        {
            using var whole = new LoadedDecoder(model, workload with { Prompt = workload.Prompt + step, NewTokens = 1 });
            whole.ReplacePrompt(ids[..(workload.Prompt + step)]);
            var logits = Assert.Single(whole.Decode())[0];
            Assert.Equal(IndexOfLargest(logits), IndexOfLargest(passes[step][0]));
            largest = Math.Max(largest, LargestDifference(logits, passes[step][0].Select(x => (double)x)));
        }
        output.WriteLine($"largest logit difference, cached against recomputed: {largest:E2}");
        Assert.InRange(largest, 0, 1e-4);
    }

    private static double[][] Reference(LoadedDecoder decoder, int sequence)
    {
        int[] ids = [.. decoder.Prompt(sequence), .. decoder.Generated(sequence)];
        return new ReferenceDecoder(decoder.Model, decoder.Weight).Logits(ids);
    }

    private static double LargestDifference(float[] a, IEnumerable<double> b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static int IndexOfLargest<T>(T[] row) => Array.IndexOf(row, row.Max());
}
