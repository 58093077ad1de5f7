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
        "attention, 16 heads of 256, rotary 64 at 10,000 interleaved, layer_norm before; feed-forward of 16,384, gelu_tanh (in parallel, one norm)")]
    [InlineData("""{ "model_type": "opt", "do_layer_norm_before": false }""",
        "attention, 12 heads of 64, layer_norm after the sum; feed-forward of 3,072, relu, layer_norm after the sum")]
    [InlineData("""{ "model_type": "mixtral" }""",
        "attention, 32 heads of 128 on 8, rotary 128 at 1,000,000, rms_norm before; 8 experts of 14,336, 2 picked, gated silu, by softmax, normalized, rms_norm before")]
    [InlineData("""{ "model_type": "gpt_oss" }""",
        "attention, 64 heads of 64 on 8, rotary 64 at 150,000 yarn (factor 32, beta_fast 32, beta_slow 1, truncate 0, original_max_position_embeddings 4096), a window of 128, sinks, rms_norm before; 128 experts of 2,880, 4 picked, gated silu, weighted by their softmax, clamped at 7, slope 1.702, kept together, rows of gate and up in turn, rms_norm before")]
    [InlineData("""{ "model_type": "glm_moe_dsa", "first_k_dense_replace": 0, "n_group": 8, "topk_group": 4 }""",
        "latent attention, 64 heads of 192 + 64, values of 256, from 512, rotary 64 at 10,000 interleaved, 2,048 tokens picked by 32 heads of 128, rotary 64 at 10,000 interleaved, rms_norm before; 256 experts of 2,048, 8 picked, gated silu, by sigmoid, from 4 of 8 groups (the best 2 count), normalized, times 2.5, shared one of 2,048, rms_norm before")]
    [InlineData("""{ "model_type": "phimoe" }""",
        "attention, 32 heads of 128 on 8, rotary 128 at 1,000,000, layer_norm before; 16 experts of 6,400, 2 picked, gated silu, by a softmax one after the other, those within 0.01, layer_norm before")]
    [InlineData("""{ "model_type": "llama4_text", "no_rope_layer_interval": 1 }""",
        "attention, 40 heads of 128 on 8, queries growing by 0.1 every 8,192, rms_norm before; 16 experts of 8,192, 1 picked, gated silu, by sigmoid, weights before the experts, shared one of 8,192, kept together, rms_norm before")]
    [InlineData("""{ "model_type": "gemma4_text", "enable_moe_block": true, "num_experts": 8, "top_k_experts": 2, "moe_intermediate_size": 64 }""",
        "attention, 8 heads of 256 on 4, rotary 256 at 10,000, normed queries and keys, a window of 512, scores times 1, rms_norm before and after; side by side: feed-forward of 9,216, gated gelu_tanh, rms_norm before and after and 8 experts of 64, 2 picked, gated gelu_tanh, by softmax of the normed state, normalized, kept together, rms_norm before and after, rms_norm after; the layer's own input of 256, gelu_tanh, rms_norm after, times a learned number")]
    [InlineData("""{ "model_type": "nemotron_h", "num_hidden_layers": 1, "hybrid_override_pattern": "E", "moe_latent_size": 64 }""",
        "8 experts of 7,688, 2 picked, relu_squared, by sigmoid, normalized, narrowed to 64, shared one of 7,688, rms_norm before")]
    [InlineData("""{ "model_type": "qwen2_moe" }""",
        "attention, 16 heads of 128, rotary 128 at 10,000, rms_norm before; 60 experts of 1,408, 4 picked, gated silu, by softmax, shared one of 5,632 with a gate, rms_norm before")]
    [InlineData("""{ "model_type": "dbrx" }""",
        "attention, 16 heads of 128 on 1, rotary 128 at 10,000, layer_norm before; 4 experts of 3,584, 1 picked, gated silu, by softmax, normalized, kept below each other, layer_norm before")]
    public void A_layer_is_told_by_what_stands_in_it(string config, string words) =>
        Assert.Equal(words, LayerWords.Of(ModelFile.Read(Encoding.UTF8.GetBytes(config), "m.json", "m").Blocks[0]));
}
