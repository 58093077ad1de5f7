using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class GuideCacheTests
{
    private static readonly Workload Long = new() { Prompt = 24_000, NewTokens = 8_000 };

    [Fact]
    public void It_is_right_for_equal_heads_as_wide_as_the_hidden_state() => Assert.Null(GuideCache.Note(ModelPresets.Find("gpt2"), Long));

    /// <summary>Llama 2 70B has 64 heads on 8 groups; DeepSeek-V3 keeps 512 + 64 numbers of 7,168.</summary>
    [Theory]
    [InlineData("""{ "model_type": "llama", "hidden_size": 8192, "num_attention_heads": 64, "num_key_value_heads": 8 }""", "2 x d_model = 16,384 elements for each layer and token, 8 times what this model keeps (grouped heads)")]
    [InlineData("""{ "model_type": "deepseek_v3", "hidden_size": 7168, "kv_lora_rank": 512, "qk_rope_head_dim": 64 }""", "2 x d_model = 14,336 elements for each layer and token, 24.89 times what this model keeps (latent attention)")]
    public void It_says_how_far_it_is_off_and_why(string config, string words) =>
        Assert.EndsWith(words, GuideCache.Note(OwnForm.Read(config), Long), StringComparison.Ordinal);

    /// <summary>Mistral 7B keeps 4,096 of 32,000 tokens, 8 of 32 heads: 4 times as much without the window, 31.25 times with it.</summary>
    [Theory]
    [InlineData(WindowCache.Full, "4 times what this model keeps (grouped heads)")]
    [InlineData(WindowCache.Bounded, "31.25 times what this model keeps (grouped heads, windows that bound it)")]
    public void It_counts_what_windows_leave(WindowCache windows, string words) => Assert.EndsWith(
        words, GuideCache.Note(OwnForm.Read("""{ "model_type": "mistral", "sliding_window": 4096, "num_key_value_heads": 8 }"""), Long with { WindowCache = windows }),
        StringComparison.Ordinal);
}
