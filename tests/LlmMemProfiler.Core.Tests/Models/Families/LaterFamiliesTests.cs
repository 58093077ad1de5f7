using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Parameters of small models, counted by hand: d 64, 4 heads of 16 on 2, d_ff 96, V 100, 2 layers.</summary>
public class LaterFamiliesTests
{
    private const int D = 64, Queries = 64, Keys = 32, Head = 16, Width = 96, V = 100, Narrow = 24;

    /// <summary>Weights of attention, of a gated feed-forward layer, of two norms, and of what stands outside of the layers.</summary>
    private const int Attend = (2 * D * Queries) + (2 * D * Keys), Feed = 3 * D * Width, Norms = 2 * D, Outside = (2 * V * D) + D, Tied = (V * D) + D;

    private const int Plain = Attend + Feed + Norms, Expert = 3 * D * Narrow, Router = 4 * D, Biases = Queries + (2 * Keys);

    /// <summary>Latent attention of ranks 16 and 8, heads of 8 + 4, values of 8.</summary>
    private const int Latent = (D * 16) + 16 + (16 * 4 * 12) + (D * 12) + 8 + (8 * 4 * 16) + (4 * 8 * D);

    private const string Ranks = """ "q_lora_rank": 16, "kv_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8, "num_key_value_heads": 4, "head_dim": null """;

    private const string Sparse = """ "n_routed_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24, "n_shared_experts": 1, "first_k_dense_replace": 1 """;

    [Theory]
    [InlineData("internlm", "", Outside + (2 * (Plain + Biases + D)))]
    [InlineData("PanguEmbedded", """ "bias": false """, Outside + (2 * Plain))]
    [InlineData("internlm3", """ "qkv_bias": true, "bias": true """, Outside + (2 * (Plain + Biases + D + (2 * Width) + D)))]
    [InlineData("seed_oss", "", Outside + (2 * (Plain + Biases)))]
    [InlineData("Yi", "", Outside + (2 * Plain))]
    [InlineData("helium", "", Outside + (2 * Plain))]
    [InlineData("arcee", "", Outside + (2 * (Attend + (2 * D * Width) + Norms)))]
    [InlineData("ernie4_5", """ "use_bias": true """, Tied + (2 * (Plain + Biases + D + (2 * Width) + D)))]
    [InlineData("hunyuan_v1_dense", "", Outside + (2 * (Plain + (2 * Head))))]
    [InlineData("hunyuan_v1_moe", """ "num_experts": 4, "moe_topk": [2, 2], "moe_intermediate_size": [24, 24], "num_shared_expert": [2, 2] """,
        Outside + (2 * (Attend + (2 * Head) + Norms + Router + (4 * Expert) + (2 * Feed))))]
    [InlineData("hunyuan", """ "num_experts": 1 """, Outside + (2 * Plain))]
    [InlineData("ernie4_5_moe", """ "moe_num_experts": 4, "moe_k": 2, "moe_intermediate_size": 24, "moe_num_shared_experts": 2 """,
        Tied + Plain + (Attend + Norms + Router + 4 + (6 * Expert)))]
    [InlineData("deepseek", Sparse, Outside + Plain + (Attend + Norms + Router + (5 * Expert)))]
    [InlineData("dots1", Sparse, Outside + Plain + (Attend + Norms + Router + 4 + (5 * Expert)) + (4 * Head))]
    [InlineData("mistral4", Ranks + ", " + Sparse, Outside + (Latent + Feed + Norms) + (Latent + Norms + Router + (5 * Expert)))]
    [InlineData("glm4_moe_lite", Ranks + ", " + Sparse, Outside + (Latent + Feed + Norms) + (Latent + Norms + Router + 4 + (5 * Expert)))]
    [InlineData("deepseek_v32", Ranks + ", " + Sparse + """, "n_group": 1, "topk_group": 1, "index_n_heads": 2, "index_head_dim": 8 """,
        Outside + Feed + Router + 4 + (5 * Expert) + (2 * (Latent + Norms + (16 * 16) + (D * 8) + (D * 2) + (2 * 8))))]
    [InlineData("qwen3_vl_text", "", Outside + (2 * (Plain + (2 * Head))))]
    [InlineData("qwen2_5_vl", "", Outside + (2 * (Plain + Biases)))]
    [InlineData("qwen2_5_omni_text", "", Outside + (2 * (Plain + Biases)))]
    [InlineData("qwen3_asr_text", "", Outside + (2 * (Plain + (2 * Head))))]
    [InlineData("exaone4_5_text", "", Outside + (2 * (Plain + (2 * Head))))]
    [InlineData("glm4v", "", Outside + (2 * (Plain + Biases + Norms)))]
    [InlineData("glm4v_text", "", Outside + (2 * (Plain + Biases + Norms)))]
    [InlineData("DeepseekOCR", Sparse + """, "use_mla": false, "kv_lora_rank": null, "q_lora_rank": null, "qk_nope_head_dim": 0, "qk_rope_head_dim": 0, "v_head_dim": 0, "topk_method": "greedy" """,
        Outside + Plain + (Attend + Norms + Router + (5 * Expert)))]
    [InlineData("qwen3_vl_moe_text", """ "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24 """, Outside + (2 * (Attend + (2 * Head) + Norms + Router + (4 * Expert))))]
    [InlineData("minimax_m1", """ "attn_type_list": [0, 1], "num_local_experts": 4, "num_experts_per_tok": 2 """,
        Outside + (Queries + (5 * D * Queries)) + Attend + (2 * (Norms + Router + (4 * Feed))))]
    [InlineData("lfm2", """ "layer_types": ["conv", "full_attention"], "block_auto_adjust_ff_dim": false, "head_dim": null """,
        Tied + ((3 * D) + (4 * D * D)) + (Attend + (2 * Head)) + (2 * (Feed + Norms)))]
    [InlineData("lfm2_moe", """ "layer_types": ["conv", "full_attention"], "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24, "num_dense_layers": 1, "head_dim": null """,
        Tied + ((3 * D) + (4 * D * D)) + (Attend + (2 * Head)) + (2 * Norms) + Feed + (Router + 4 + (4 * Expert)))]
    [InlineData("minimind", """ "head_dim": null """, Tied + (2 * Plain))]
    [InlineData("stablelm_epoch", """ "head_dim": null """, Outside + D + (2 * (Plain + Norms)))]
    [InlineData("deepseek_vl_v2", Sparse + """, "use_mla": false, "kv_lora_rank": null, "q_lora_rank": null, "qk_nope_head_dim": 0, "qk_rope_head_dim": 0, "v_head_dim": 0, "topk_method": "greedy" """,
        Outside + Plain + (Attend + Norms + Router + (5 * Expert)))]
    public void Parameters_are_those_that_are_counted_by_hand(string type, string fields, int expected) =>
        Assert.Equal(expected, SmallConfig.Read(type, $$"""{ "num_hidden_layers": 2{{(fields.Length > 0 ? "," : "")}} {{fields}} }""").Parameters);

    /// <summary>The published number of the first ChatGLM, whose output layer is its embedding.</summary>
    [Fact]
    public void The_first_ChatGLM_adds_to_what_it_has_normed()
    {
        var model = OwnForm.Read("""
            { "model_type": "chatglm", "hidden_size": 4096, "inner_hidden_size": 16384, "num_attention_heads": 32, "num_layers": 28, "vocab_size": 130528,
              "max_sequence_length": 2048, "position_encoding_2d": true }
            """);

        Assert.Equal(6_173_286_400, model.Parameters);
        Assert.All(model.Blocks[0].Branches, branch => Assert.Equal((true, Math.Sqrt(56)), (branch.AddsToNormed, branch.ResidualScale)));
    }

    /// <summary>zai-org/chatglm-6b-int4: 4 bits in bytes with one FP16 scale a row, and the embedding in FP16.</summary>
    [Fact]
    public void ChatGLM_in_4_bits_has_half_a_byte_an_element_and_a_scale_a_row()
    {
        var model = OwnForm.Read("""{ "model_type": "chatglm", "quantization_bit": 4, "torch_dtype": "float16" }""");
        var files = model.FileTensors(DataType.Float16).Where(tensor => tensor.Name.Contains("layers.0.mlp.dense_4h_to_h", StringComparison.Ordinal));

        Assert.Equal(["weight I8 4096x6848", "weight_scale F16 4096"], files.Select(tensor => $"{tensor.Name.Split('.')[^1]} {tensor.Type.Name} {string.Join('x', tensor.Shape)}"));
        Assert.Contains(model.FileTensors(DataType.Float16), tensor => tensor.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal) && tensor.Type.Name == "F16");
    }

    [Fact]
    public void MiniMax_keeps_a_state_where_attention_is_linear_and_adds_to_what_it_has_normed()
    {
        var model = SmallConfig.Read("minimax_m1", """
            { "num_hidden_layers": 2, "attn_type_list": [0, 1], "postnorm": true, "layernorm_linear_attention_alpha": 3.5, "layernorm_full_attention_alpha": 2.5, "rotary_dim": 8,
              "layernorm_full_attention_beta": 1, "layernorm_linear_attention_beta": 0.5, "layernorm_mlp_alpha": 1.5, "layernorm_mlp_beta": 1, "num_local_experts": 4, "num_experts_per_tok": 2 }
            """);

        Assert.Equal((4L * 16 * 16 * 4, 2L * 32), (model.StateSize(DataType.BFloat16).Bytes, model.CachedElements));
        Assert.Equal((3.5, 0.5, true), Join(0, 0));
        Assert.Equal((2.5, 1, true), Join(1, 0));
        Assert.Equal((1.5, 1, true), Join(1, 1));
        Assert.Equal(8, ((Rotary)model.Attention(1).Positions!).Width);

        (double, double, bool) Join(int layer, int branch) => model.Blocks[layer].Branches[branch] is var b ? (b.ResidualScale, b.Scale, b.AddsToNormed) : default;
    }

    [Theory]
    [InlineData("helium", true)]
    [InlineData("ernie4_5", true)]
    [InlineData("internlm", false)]
    public void Rotated_pairs_are_neighbors_or_not(string type, bool isInterleaved) =>
        Assert.Equal(isInterleaved, ((Rotary)SmallConfig.Read(type).Attention().Positions!).IsInterleaved);

    [Fact]
    public void Hunyuan_norms_queries_and_keys_after_the_rotation() => Assert.True(SmallConfig.Read("hunyuan_v1_dense").Attention().IsRotatedFirst);

    [Fact]
    public void InternLMs_own_object_sets_the_rotation() => Assert.Equal(
        new Rotary(16, 30_000) { Scaling = new("dynamic", [], []) }, SmallConfig.Read("internlm", """{ "rotary": { "base": 30000, "type": "dynamic" } }""").Attention().Positions);

    [Fact]
    public void Mistral_4_has_queries_that_grow_from_position_0()
    {
        var model = SmallConfig.Read("mistral4", $$"""
            { {{Ranks}}, {{Sparse}}, "rope_parameters": { "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 256, "rope_theta": 10000.0, "llama_4_scaling_beta": 0.1 } }
            """);
        var attention = (LatentAttention)model.Blocks[0].Branches[0].Sublayer;

        Assert.Equal(new QueryTemperature(256, 0.1) { IsFromZero = true }, attention.Temperature);
        Assert.DoesNotContain(attention.Positions!.Scaling!.Numbers, number => number.Name == "llama_4_scaling_beta");
        Assert.True(attention.Positions.IsInterleaved);
    }

    [Fact]
    public void Molmo_gates_with_the_second_half_and_has_rows_for_pictures()
    {
        var model = SmallConfig.Read("molmo", """{ "embedding_size": 100, "intermediate_size": 192, "qkv_bias": true, "head_dim": null }""");

        Assert.Equal((true, true, 96), ((FeedForward)model.Blocks[0].Branches[1].Sublayer) is var f ? (f.IsGateLast, f.IsGated, f.Width) : default);
        Assert.Equal(Outside + (128 * D) + (4 * (Plain + Biases)), model.Parameters);
    }

    /// <summary>28 layers of 27 convolutions' inputs are kept in the compute type: d x 3 elements a layer.</summary>
    [Fact]
    public void Lfm2_keeps_three_inputs_of_each_convolution() => Assert.Equal(
        3 * 64 * 3 * 2, SmallConfig.Read("lfm2", """{ "full_attn_idxs": [2], "head_dim": null }""").StateSize(DataType.BFloat16).Bytes);

    /// <summary>6656 x 2/3 is 4437, rounded up to 18 x 256.</summary>
    [Fact]
    public void Lfm2_narrows_its_feed_forward_layers() => Assert.Equal(4608, ((FeedForward)SmallConfig.Read(
        "lfm2", """{ "block_ff_dim": 6656, "head_dim": null }""").Blocks[0].Branches[1].Sublayer).Width);

    /// <summary>Its first form: names of Meta's code, neighbors that rotate, and a width of 8/3 d rounded up to 64.</summary>
    [Fact]
    public void Minimind_has_two_forms()
    {
        var first = OwnForm.Read("""{ "model_type": "minimind", "dim": 64, "n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "vocab_size": 100, "max_seq_len": 512, "hidden_dim": null }""");

        Assert.Equal(192, ((FeedForward)first.Blocks[0].Branches[1].Sublayer).Width);
        Assert.True(((Rotary)first.Attention().Positions!).IsInterleaved);
        Assert.Contains(first.StoredWeights, weight => weight.Name == "layers.1.attention.wk.weight");
        Assert.Contains(SmallConfig.Read("minimind").StoredWeights, weight => weight.Name == "model.layers.1.self_attn.k_proj.weight");
    }

    [Theory]
    [InlineData("llama", """{ "bias": true }""", "bias is true, which adds biases to attention in InternLM; only false is supported")]
    [InlineData("llama", """{ "layer_types": ["full_attention", "sliding_attention", "full_attention", "full_attention"] }""", "layer_types has 'sliding_attention', but llama has no windows; must be full_attention")]
    [InlineData("lfm2", """{ "layer_types": ["conv", "conv", "conv", "mamba"], "head_dim": null }""", "layer_types has 'mamba'; must be conv or full_attention")]
    [InlineData("hunyuan_v1_moe", """{ "num_experts": 4, "moe_topk": [1, 2, 1, 1] }""", "moe_topk differs from layer to layer; only the same number for all is supported")]
    [InlineData("minimind", """{ "use_moe": true, "head_dim": null }""", "use_moe is true; only MiniMind without experts is supported")]
    [InlineData("mixformer-sequential", """{ "architecture": { "block_cls": "sequential" } }""", "architecture.block_cls is 'sequential'; only parallel is supported")]
    public void What_is_not_modeled_is_refused(string type, string fields, string message) =>
        Assert.Equal($"config.json: {message}", Assert.Throws<InputException>(() => SmallConfig.Read(type, fields)).Message);

    [Fact]
    public void A_llama_whose_layers_are_listed_as_full_is_read() => Assert.Equal(4, SmallConfig.Read(
        "llama", """{ "layer_types": ["full_attention", "full_attention", "full_attention", "full_attention"], "bias": false }""").Layers);

    /// <summary>Latent attention has as many keys as queries; what trained the model writes a number of its own.</summary>
    [Fact]
    public void Kimi_K2_may_have_another_number_of_key_value_heads() => Assert.Equal(
        (8 + 4) * 4, SmallConfig.Read("kimi_k2", $$"""{ {{Ranks.Replace("_heads\": 4", "_heads\": 2", StringComparison.Ordinal)}}, {{Sparse}}, "n_group": 1, "topk_group": 1 }""").CachedElements);
}
