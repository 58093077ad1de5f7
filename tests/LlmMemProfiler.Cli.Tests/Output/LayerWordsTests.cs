using System.Text;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Cli.Tests.Output;

/// <summary>What stands in a layer is said in full: what a family does otherwise can be read.</summary>
public class LayerWordsTests
{
    [Theory]
    [InlineData("""{ "model_type": "mpt", "attn_config": { "clip_qkv": 6, "alibi_bias_max": 16 } }""",
        "attention, 16 heads of 128, ALiBi up to 16, queries, keys and values within 6, layer_norm before; feed-forward of 8,192, gelu, layer_norm before")]
    [InlineData("""{ "model_type": "falcon", "alibi": true }""",
        "attention, 71 heads of 64 on 1, ALiBi up to 8 times 0.125, layer_norm before; feed-forward of 18,176, gelu (in parallel, one norm)")]
    [InlineData("""{ "model_type": "qwen" }""",
        "attention, 32 heads of 128, rotary 128 at 10,000 qwen_dynamic_ntk (seq_length 8192), queries scaled by log beyond 8,192, rms_norm before; feed-forward of 11,008, gated silu, rms_norm before")]
    [InlineData("""{ "model_type": "gptj" }""",
        "attention, 16 heads of 256, rotary 64 at 10,000 interleaved, layer_norm before; feed-forward of 16,384, gelu (in parallel, one norm)")]
    [InlineData("""{ "model_type": "opt", "do_layer_norm_before": false }""",
        "attention, 12 heads of 64, layer_norm after the sum; feed-forward of 3,072, relu, layer_norm after the sum")]
    public void A_layer_is_told_by_what_stands_in_it(string config, string words) =>
        Assert.Equal(words, LayerWords.Of(ModelFile.Read(Encoding.UTF8.GetBytes(config), "m.json", "m").Blocks[0]));
}
