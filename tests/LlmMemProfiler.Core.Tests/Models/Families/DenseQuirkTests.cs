using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>What dense families do otherwise than Llama, beyond their counts: modeling_*.py of transformers, or of their own repositories.</summary>
public class DenseQuirkTests
{
    [Fact]
    public void Gemma_scales_embeddings_and_norms_from_one()
    {
        var model = SmallConfig.Read("gemma");

        Assert.Equal(8, model.EmbeddingScale);
        Assert.Equal(NormKind.RmsNormFromOne, model.Blocks[0].Branches[0].Before!.Kind);
        Assert.Equal(NormKind.RmsNormFromOne, model.FinalNorm!.Kind);
    }

    [Fact]
    public void Gemma_2_caps_scales_and_norms_on_both_sides()
    {
        var model = SmallConfig.Read("gemma2", """{"query_pre_attn_scalar": 144}""");

        Assert.Equal((30, 50, 1.0 / 12), (model.LogitCap, model.Attention().ScoreCap, model.Attention().ScoreScale));
        Assert.All(model.Blocks[0].Branches, branch => Assert.NotNull(branch.After));
        Assert.Equal("layers.0.pre_feedforward_layernorm", model.Blocks[0].Branches[1].Before!.Name);
    }

    [Fact]
    public void Gemma_3_rotates_layers_with_a_window_by_another_base_unscaled()
    {
        var model = SmallConfig.Read("gemma3_text", """{"num_hidden_layers": 6, "sliding_window": 7, "rope_scaling": {"rope_type": "linear", "factor": 8}}""");

        Assert.Equal([7, 7, 7, 7, 7, null], model.Windows());
        Assert.Equal(new Rotary(16, 10_000), model.Attention(0).Positions);
        Assert.Equal(new Rotary(16, 1_000_000) { Scaling = new("linear", [("factor", 8)], []) }, model.Attention(5).Positions);
        Assert.Equal("layers.0.self_attn.q_norm", model.Attention().QueryNorm!.Name);
    }

    [Fact]
    public void Rotary_parameters_by_kind_of_layer_are_read()
    {
        var model = SmallConfig.Read("gemma3_text", """
            {"num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"], "sliding_window": 7,
             "rope_parameters": {"sliding_attention": {"rope_type": "default", "rope_theta": 5000}, "full_attention": {"rope_type": "linear", "factor": 4, "rope_theta": 7000}}}
            """);

        Assert.Equal([new Rotary(16, 5_000), new Rotary(16, 7_000) { Scaling = new("linear", [("factor", 4)], []) }], model.Positions());
    }

    [Theory]
    [InlineData("mistral", "{}", "4096 4096 4096 4096")]
    [InlineData("mistral", """{"sliding_window": 9, "layer_types": ["full_attention", "sliding_attention", "full_attention", "full_attention"]}""", "- 9 - -")]
    [InlineData("ministral3", "{}", "- - - -")]
    [InlineData("ministral3", """{"sliding_window": 9}""", "9 9 9 9")]
    [InlineData("phi3", """{"sliding_window": 9}""", "9 9 9 9")]
    [InlineData("phi3", """{"sliding_window": 0}""", "- - - -")]
    [InlineData("starcoder2", """{"sliding_window": 9}""", "9 9 9 9")]
    [InlineData("qwen2", """{"sliding_window": 9, "max_window_layers": 2}""", "- - - -")]
    [InlineData("qwen2", """{"use_sliding_window": true, "sliding_window": 9, "max_window_layers": 2}""", "- - 9 9")]
    [InlineData("qwen3", """{"use_sliding_window": true, "sliding_window": 9, "layer_types": ["sliding_attention", "full_attention", "full_attention", "full_attention"]}""", "9 - - -")]
    [InlineData("mimo", """{"use_sliding_window": true, "sliding_window": 9, "max_window_layers": 3}""", "- - - 9")]
    [InlineData("gemma2", """{"sliding_window": 9}""", "9 - 9 -")]
    [InlineData("gemma3_text", """{"sliding_window": 9, "sliding_window_pattern": 2}""", "9 - 9 -")]
    [InlineData("olmo3", """{"sliding_window": 9}""", "9 9 9 -")]
    [InlineData("cohere2", """{"sliding_window": 9, "sliding_window_pattern": 3}""", "9 9 - 9")]
    [InlineData("exaone4", """{"sliding_window": 9}""", "9 9 9 -")]
    [InlineData("exaone4", """{"sliding_window": 9, "sliding_window_pattern": "GL"}""", "- 9 - -")]
    [InlineData("smollm3", """{"use_sliding_window": true, "sliding_window": 9, "no_rope_layers": [1, 0, 1, 1]}""", "- 9 - -")]
    [InlineData("smollm3", """{"sliding_window": 9}""", "- - - -")]
    public void Each_layer_has_its_window(string type, string fields, string windows) =>
        Assert.Equal(windows, string.Join(' ', SmallConfig.Read(type, fields).Windows().Select(window => window is null ? "-" : $"{window}")));

    [Theory]
    [InlineData("smollm3", "{}", "yyy-")]
    [InlineData("smollm3", """{"no_rope_layers": [0, 1, 1, 0]}""", "-yy-")]
    [InlineData("cohere2", """{"sliding_window_pattern": 2}""", "y-y-")]
    [InlineData("exaone4", """{"sliding_window_pattern": 2}""", "y-y-")]
    public void Layers_without_positions_have_none(string type, string fields, string rotated) =>
        Assert.Equal(rotated, string.Concat(SmallConfig.Read(type, fields).Positions().Select(positions => positions is null ? '-' : 'y')));

    [Fact]
    public void Exaone_4_without_windows_rotates_all_layers()
    {
        var json = """{"model_type": "exaone4", "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 2, "sliding_window": null, "sliding_window_pattern": 4}"""u8;

        var model = ModelFile.Read(json.ToArray(), "config.json", "small");

        Assert.All(model.Positions(), Assert.NotNull);
        Assert.All(model.Windows(), Assert.Null);
    }

    [Theory]
    [InlineData("cohere", 16, true)]
    [InlineData("cohere2", 16, true)]
    [InlineData("glm", 8, true)]
    [InlineData("glm4", 8, true)]
    [InlineData("stablelm", 4, false)]
    [InlineData("phi3", 16, false)]
    [InlineData("internlm2", 16, false)]
    public void Part_of_a_head_is_rotated_in_pairs_of_neighbors_or_of_halves(string type, int width, bool isInterleaved)
    {
        var rotary = (Rotary)SmallConfig.Read(type, type == "stablelm" ? """{"head_dim": null}""" : "{}").Attention().Positions!;

        Assert.Equal((width, isInterleaved), (rotary.Width, rotary.IsInterleaved));
    }

    [Fact]
    public void Cohere_adds_both_branches_behind_one_norm_and_scales_logits()
    {
        var model = SmallConfig.Read("cohere", """{"use_qk_norm": true}""");

        Assert.Equal((Residual.SharedNorm, 0.0625), (model.Blocks[0].Residual, model.LogitScale));
        Assert.Null(model.Blocks[0].Branches[1].Before);
        Assert.Equal(["layers.0.self_attn.q_norm.weight [4, 16]", "layers.0.self_attn.k_norm.weight [2, 16]"], Norms(model));
    }

    [Fact]
    public void Stable_lm_norms_each_head_by_a_tensor_of_its_own()
    {
        var model = SmallConfig.Read("stablelm", """{"head_dim": null, "num_attention_heads": 2, "num_key_value_heads": 1, "qk_layernorm": true, "use_parallel_residual": true}""");

        Assert.Equal(
            ["layers.0.self_attn.q_layernorm.norms.0.weight [32]", "layers.0.self_attn.q_layernorm.norms.1.weight [32]", "layers.0.self_attn.k_layernorm.norms.0.weight [32]"],
            Norms(model));
        Assert.Equal(Residual.SharedNorm, model.Blocks[0].Residual);
        Assert.DoesNotContain(model.Weights, weight => weight.Name.Contains("post_attention_layernorm", StringComparison.Ordinal));
    }

    [Fact]
    public void Olmo_norms_without_a_weight_and_bounds_projections()
    {
        var model = SmallConfig.Read("olmo", """{"clip_qkv": 8.0}""");

        Assert.Equal((NormKind.LayerNorm, false, 8), (model.FinalNorm!.Kind, model.FinalNorm.HasWeight, model.Attention().ProjectionLimit));
    }

    [Theory]
    [InlineData("olmo2", 64, 32)]
    [InlineData("olmo3", 64, 32)]
    [InlineData("exaone4", 16, 16)]
    public void Branches_are_normed_after_and_queries_and_keys_too(string type, int queries, int keys)
    {
        var model = SmallConfig.Read(type);

        Assert.All(model.Blocks[0].Branches, branch => Assert.Null(branch.Before));
        Assert.Equal("layers.0.post_feedforward_layernorm", model.Blocks[0].Branches[1].After!.Name);
        Assert.Equal((queries, keys), (model.Attention().QueryNorm!.Width, model.Attention().KeyNorm!.Width));
    }

    [Fact]
    public void Olmo_3_scales_only_layers_without_a_window()
    {
        var model = SmallConfig.Read("olmo3", """{"rope_theta": 500000, "rope_scaling": {"rope_type": "yarn", "factor": 8}}""");

        Assert.Equal([false, false, false, true], model.Positions().Select(positions => ((Rotary)positions!).Scaling is not null));
    }

    [Fact]
    public void Granite_multiplies_embedding_scores_branches_and_logits()
    {
        var model = SmallConfig.Read("granite", """{"embedding_multiplier": 12.0, "logits_scaling": 8.0, "residual_multiplier": 0.25, "attention_multiplier": 0.015625}""");

        Assert.Equal((12, 0.125, 0.015625), (model.EmbeddingScale, model.LogitScale, model.Attention().ScoreScale));
        Assert.All(model.Blocks[0].Branches, branch => Assert.Equal(0.25, branch.Scale));
    }

    [Fact]
    public void MiniCpm_multiplies_by_its_widths_and_depth()
    {
        var model = SmallConfig.Read("minicpm", """{"head_dim": null, "scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 16}""");

        Assert.Equal((12, 0.25, 0.7), (model.EmbeddingScale, model.LogitScale, model.Blocks[0].Branches[1].Scale));
    }

    [Fact]
    public void Phi_3_fuses_and_picks_factors_by_the_length_of_its_training()
    {
        var model = SmallConfig.Read("phi3", """
            {"original_max_position_embeddings": 256, "partial_rotary_factor": 0.25, "rope_scaling": {"type": "su", "short_factor": [1, 1], "long_factor": [1, 2]}}
            """);

        Assert.Equal(
            new Rotary(4, 10_000) { Scaling = new("longrope", [("original_max_position_embeddings", 256)], [("short_factor", [1, 1]), ("long_factor", [1, 2])]) },
            model.Attention().Positions);
        Assert.Equal(ProjectionLayout.Fused, model.Attention().Layout);
        Assert.Contains(model.StoredWeights, weight => weight is { Name: "model.layers.0.self_attn.qkv_proj.weight" } && weight.Shape.Equals([128, 64]));
        Assert.Contains(model.StoredWeights, weight => weight is { Name: "model.layers.0.mlp.gate_up_proj.weight" } && weight.Shape.Equals([192, 64]));
    }

    [Fact]
    public void Factors_of_another_number_are_refused() => Assert.Equal(
        "config.json: long_factor has 3 numbers; expected one for each of the 8 rotary frequencies",
        Assert.Throws<InputException>(() => SmallConfig.Read("phi3", """{"rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1, 1, 1, 1, 1, 1], "long_factor": [1, 2, 3]}}""")).Message);

    [Fact]
    public void Ministral_3_is_scaled_unless_it_says_otherwise()
    {
        var scaling = ((Rotary)SmallConfig.Read("ministral3").Attention().Positions!).Scaling!;

        Assert.Equal("yarn", scaling.Kind);
        Assert.Equal(new(16_384, 0.1) { IsFromZero = true }, SmallConfig.Read("ministral3").Attention().Temperature);
        Assert.DoesNotContain(scaling.Numbers, number => number.Name == "llama_4_scaling_beta");
        Assert.Equal(
            new Rotary(16, 10_000) { Scaling = new("linear", [("factor", 2)], []) },
            SmallConfig.Read("ministral3", """{"rope_scaling": {"type": "linear", "factor": 2}}""").Attention().Positions);
    }

    [Theory]
    [InlineData(4096, 125_696, false, true)]
    [InlineData(4096, 64_000, false, false)]
    [InlineData(5120, 64_000, true, false)]
    public void Baichuan_rotates_or_not_by_its_width_and_normalizes_its_output_by_its_vocabulary(int d, int vocabulary, bool isAlibi, bool isNormalized)
    {
        var model = SmallConfig.Read("baichuan", $$"""{"hidden_size": {{d}}, "vocab_size": {{vocabulary}}, "head_dim": null, "num_key_value_heads": null}""");

        Assert.Equal((isAlibi, isNormalized), (model.Attention().Positions is Alibi, model.IsOutputNormalized));
        Assert.Contains(model.StoredWeights, weight => weight.Name == "model.layers.3.self_attn.W_pack.weight" && weight.Shape.Equals([3 * d, d]));
    }

    [Fact]
    public void Nemotron_Nas_has_what_each_block_says()
    {
        var model = SmallConfig.Read("nemotron-nas", """
            {"head_dim": null, "intermediate_size": null, "num_key_value_heads": null, "num_hidden_layers": 4, "block_configs": [
              {"attention": {"no_op": true}, "ffn": {"ffn_mult": 2.5}},
              {"attention": {"n_heads_in_group": 4, "window_length": 9}, "ffn": {"replace_with_linear": true}},
              {"attention": {"replace_with_linear": true}, "ffn": {"no_op": true}},
              {"attention": {"n_heads_in_group": 1}, "ffn": {"ffn_mult": 6.1}}]}
            """);

        Assert.Equal([1, 2, 1, 2], model.Blocks.Select(block => block.Branches.Count));
        Assert.Equal((256, 512), (Width(0), Width(3)));
        Assert.Equal((1, 9, 4), (model.Attention(1).KvHeads, model.Attention(1).Window, model.Attention(3).KvHeads));
        Assert.Equal(
            ["layers.1.mlp.linear_mlp.weight", "layers.2.self_attn.linear_attn.weight"],
            model.Weights.Where(weight => weight.Name.Contains("linear", StringComparison.Ordinal)).Select(weight => weight.Name));

        int Width(int layer) => model.Blocks[layer].Branches.Select(branch => branch.Sublayer).OfType<FeedForward>().Single().Width;
    }

    [Fact]
    public void MiMo_leaves_out_what_predicts_further_tokens() =>
        Assert.Equal(["layers that predict further tokens (2)"], SmallConfig.Read("mimo", """{"num_nextn_predict_layers": 2}""").LeftOut);

    [Theory]
    [InlineData("phi3", """{"full_attn_mod": 2}""", "full_attn_mod is 2, which mixes kinds of layers; only 1 is supported")]
    [InlineData("starcoder2", """{"mlp_type": "glu"}""", "mlp_type is \"glu\", which gates the feed-forward layers; only \"default\" is supported")]
    [InlineData("gemma3_text", """{"use_bidirectional_attention": true}""", "use_bidirectional_attention is true, which lets tokens attend to later ones; only false is supported")]
    [InlineData("mistral", """{"layer_types": ["full_attention", "full_attention", "full_attention", "chunked_attention"]}""", "layer_types has 'chunked_attention'; must be sliding_attention or full_attention")]
    [InlineData("mistral", """{"attention_bias": true}""", "attention_bias is true, which adds biases to attention; only false is supported")]
    [InlineData("granite", """{"logits_scaling": 0}""", "logits_scaling is 0; expected another number")]
    [InlineData("cohere2", """{"head_dim": 8}""", "head_dim is 8, but hidden_size / num_attention_heads is 16; they must be equal")]
    [InlineData("exaone4", """{"sliding_window_pattern": "LX"}""", "sliding_window_pattern is 'LX'; expected a number, or letters L and G such as 'LLLG'")]
    public void What_is_not_modeled_is_refused(string type, string fields, string message) =>
        Assert.Equal($"config.json: {message}", Assert.Throws<InputException>(() => SmallConfig.Read(type, fields)).Message);

    /// <summary>A config of several parts may repeat what it says of its decoder, as PaliGemma's does; but not otherwise.</summary>
    [Theory]
    [InlineData(64, true)]
    [InlineData(32, false)]
    public void What_stands_beside_the_decoder_may_repeat_it(int width, bool isRead)
    {
        var json = $$$"""{"model_type": "paligemma", "hidden_size": {{{width}}}, "vision_config": {}, "text_config": {"model_type": "gemma", "hidden_size": 64, "num_hidden_layers": 1}}""";

        var read = Record.Exception(() => ModelFile.Read(System.Text.Encoding.UTF8.GetBytes(json), "config.json", "small"));

        Assert.Equal(isRead ? null : "config.json: hidden_size is 32, but text_config has another; they must be equal, or one be removed", read?.Message);
    }

    [Fact]
    public void The_share_that_is_rotated_may_stand_in_both_places() => Assert.Equal(4, ((Rotary)SmallConfig.Read(
        "glm", """{"partial_rotary_factor": 0.25, "rope_parameters": {"rope_type": "default", "rope_theta": 9000, "partial_rotary_factor": 0.25}}""").Attention().Positions!).Width);

    private static IEnumerable<string> Norms(ModelSpec model) =>
        model.Attention().Weights.Where(weight => weight.Role == TensorRole.NormWeight).Select(weight => $"{weight.Name} {weight.Shape}");
}
