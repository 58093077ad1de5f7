using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models.KvCaches;

/// <summary>Gemma 3 1B: 22 layers with a window of 512 and 4 without, 2 · 256 numbers of a token in each.</summary>
public class CacheSizesTests
{
    private const long Token = 2 * 256 * 2;

    private static readonly ModelSpec Gemma = OwnForm.Read("""
        { "model_type": "gemma3_text", "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "hidden_size": 1152,
          "sliding_window": 512, "sliding_window_pattern": 6 }
        """);

    /// <summary>What vLLM prints for 32,768 tokens, 139 MiB; all tokens would take 26 layers' worth.</summary>
    [Theory]
    [InlineData(WindowCache.Bounded, 139 * ByteSize.MiB)]
    [InlineData(WindowCache.Full, 26 * 32_768 * Token)]
    public void A_buffer_is_as_long_as_the_window(WindowCache windows, long bytes) =>
        Assert.Equal(bytes, TensorTable.For(Gemma, new() { Prompt = 32_704, NewTokens = 64, WindowCache = windows }).Size(Part.KvCache).Bytes);

    /// <summary>After 1,000 tokens the window begins at the 489th, in the 31st block of 16; there are 63 blocks.</summary>
    [Theory]
    [InlineData(CachePolicy.Preallocated, 1_000, 22 * 512 + 4 * 2_064)]
    [InlineData(CachePolicy.Concat, 1_000, 22 * 512 + 4 * 1_000)]
    [InlineData(CachePolicy.Concat, 100, 26 * 100)]
    [InlineData(CachePolicy.Paged, 1_000, (22 * 33 + 4 * 63) * 16)]
    [InlineData(CachePolicy.Paged, 100, 26 * 7 * 16)]
    public void A_cache_that_windows_bound_has_the_tokens_that_they_show(CachePolicy cache, int positions, long tokens) => Assert.Equal(
        tokens * Token, new CacheSizes(Gemma, new() { Prompt = 2_000, NewTokens = 64, Cache = cache, WindowCache = WindowCache.Bounded }).Of(positions).Total.Bytes);

    public static TheoryData<string, CachePolicy> Windowed => new()
    {
        { "gemma3", CachePolicy.Preallocated }, { "gemma3", CachePolicy.Concat }, { "gemma3", CachePolicy.Paged }, { "mistral", CachePolicy.Paged },
        { "gpt_oss", CachePolicy.Concat },
    };

    /// <summary>After each pass of a run, whole, in short and in long chunks.</summary>
    [Theory]
    [MemberData(nameof(Windowed))]
    public void So_many_bytes_of_it_are_alive_after_each_pass(string name, CachePolicy cache)
    {
        foreach (var chunk in (int?[])[null, 1, 4, 9])
        {
            var (model, workload) = (TinyModels.Find(name), new Workload { Batch = 2, Prompt = 21, NewTokens = 9, PrefillChunk = chunk, Cache = cache, CacheBlock = 4, WindowCache = WindowCache.Bounded });
            var (ledger, sizes) = (new AllocationLedger(), new CacheSizes(model, workload));
            var decoder = Decoder.Load(new ShapeOps(new TagCursor(), ledger), model, workload, (_, _) => { });
            for (var pass = 0; pass < workload.PrefillPasses; pass++)
            {
                decoder.Prefill(pass);
                Assert.Equal(sizes.Of(workload.PrefillPass(pass).Position + workload.PrefillPass(pass).Tokens).Total, ledger.Account[Part.KvCache]);
            }
            for (var step = 1; step <= decoder.Steps; step++)
            {
                decoder.Step(step);
                Assert.Equal(sizes.Of(workload.Prompt + step).Total, ledger.Account[Part.KvCache]);
            }
        }
    }

    /// <summary>A rolling buffer keeps no order, which ALiBi's biases would need.</summary>
    [Fact]
    public void No_model_has_ALiBi_within_windows() => Assert.All(
        TinyModels.Names.SelectMany(name => TinyModels.Find(name).Sublayers).OfType<Core.Models.Layers.Attention>(),
        attention => Assert.False(attention is { Window: not null, Positions: Core.Models.Layers.Alibi }));
}
