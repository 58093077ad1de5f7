using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class GuideCacheTests
{
    [Fact]
    public void It_is_right_for_equal_heads_as_wide_as_the_hidden_state() => Assert.Null(GuideCache.Note(ModelPresets.Find("gpt2")));

    /// <summary>Llama 2 70B has 64 heads on 8 groups; DeepSeek-V3 keeps 512 + 64 numbers of 7,168.</summary>
    [Theory]
    [InlineData("""{ "model_type": "llama", "hidden_size": 8192, "num_attention_heads": 64, "num_key_value_heads": 8 }""", "2 x d_model = 16,384 elements for each layer and token, 8 times what this model keeps (grouped heads)")]
    [InlineData("""{ "model_type": "deepseek_v3", "hidden_size": 7168, "kv_lora_rank": 512, "qk_rope_head_dim": 64 }""", "2 x d_model = 14,336 elements for each layer and token, 24.89 times what this model keeps (latent attention)")]
    public void It_says_how_far_it_is_off_and_why(string config, string words) =>
        Assert.EndsWith(words, GuideCache.Note(OwnForm.Read(config)), StringComparison.Ordinal);
}
