using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>What the models with experts do each in its own way.</summary>
public class ExpertQuirkTests
{
    /// <summary>4 layers, 2 heads of 4, d 8, 4 experts.</summary>
    private const string Sizes = """
        "num_hidden_layers": 4, "hidden_size": 8, "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 16, "num_experts_per_tok": 2
        """;

    [Fact]
    public void Mixtral_names_its_experts_by_numbers_and_normalizes_their_weights()
    {
        var model = Read("mixtral", """ "num_local_experts": 4, "intermediate_size": 6, "sliding_window": 32""");

        Assert.Contains("model.layers.3.block_sparse_moe.experts.3.w2.weight", model.StoredNames());
        Assert.Equal(new Routing(RouterScores.Softmax) { IsNormalized = true }, model.At<Experts>(0, 1).Routing);
        Assert.Equal(32, model.At<Attention>(0).Window);
        Assert.Equal(1_000_000, model.Rotaries.Single().Base);
    }

    [Fact]
    public void More_experts_than_there_are_cannot_be_picked() => Assert.Equal(
        "m.json: num_experts_per_tok is 9; must be at most the 8 experts",
        FamilyForm.Refusal("""{"model_type": "mixtral", "num_experts_per_tok": 9}"""));

    [Fact]
    public void Experts_beyond_number_are_refused_before_they_are_listed() => Assert.Equal(
        "m.json: all layers together have 68719476704 experts; must be at most 250000",
        FamilyForm.Refusal("""{"model_type": "mixtral", "num_local_experts": 2147483647}"""));

    [Theory]
    [InlineData(""" "mlp_only_layers": [0], "decoder_sparse_step": 2""", false, true, false, true)]
    [InlineData(""" "mlp_only_layers": [1]""", true, false, true, true)]
    public void Qwen2_and_3_have_dense_layers_by_a_list_and_a_step(string fields, params bool[] hasExperts)
    {
        foreach (var type in (string[])["qwen2_moe", "qwen3_moe", "qwen3_next"])
        {
            var model = Read(type, $""" "num_experts": 4, "moe_intermediate_size": 6, "full_attention_interval": 1, {fields}""");
            Assert.Equal(hasExperts, model.Blocks.Select(block => block.Branches[1].Sublayer is Experts));
        }
    }

    [Fact]
    public void Qwen2_has_biases_of_queries_keys_and_values_and_a_gated_shared_expert()
    {
        var model = Read("qwen2_moe", """ "num_experts": 4, "moe_intermediate_size": 6, "shared_expert_intermediate_size": 10, "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 2""");

        Assert.All(model.At<Attention>(0).Projections, projection => Assert.True(projection.HasBias));
        Assert.False(model.At<Attention>(0).Output.HasBias);
        Assert.Equal((10, 1L), (model.At<Experts>(0, 1).Shared!.Width, model.At<Experts>(0, 1).SharedGate!.Outputs));
        Assert.Equal([5, null, null, null], Enumerable.Range(0, 4).Select(layer => model.At<Attention>(layer).Window));
    }

    [Fact]
    public void Qwen3_norms_each_head_of_queries_and_keys()
    {
        var attention = Read("qwen3_moe", """ "num_experts": 4, "moe_intermediate_size": 6, "head_dim": 4, "max_window_layers": 2""").At<Attention>(0);

        Assert.Equal((4L, 4L, false), (attention.QueryNorm!.Width, attention.KeyNorm!.Width, attention.Output.HasBias));
    }

    [Fact]
    public void Olmoe_norms_all_heads_together_and_bounds_what_is_projected()
    {
        var attention = Read("olmoe", """ "num_experts": 4, "intermediate_size": 6, "clip_qkv": 7.5""").At<Attention>(0);

        Assert.Equal((8L, 4L, 7.5), (attention.QueryNorm!.Width, attention.KeyNorm!.Width, attention.ProjectionLimit));
    }

    [Fact]
    public void Phi_picks_by_a_tolerance_norms_with_biases_and_has_one_in_the_output()
    {
        var model = Read("phimoe", """ "num_local_experts": 4, "intermediate_size": 6, "lm_head_bias": true, "attention_bias": true, "original_max_position_embeddings": 4096""");

        Assert.Equal(new Routing(RouterScores.SparseMixer) { Tolerance = 0.01 }, model.At<Experts>(0, 1).Routing);
        Assert.Equal((NormKind.LayerNorm, true), (model.FinalNorm!.Kind, model.FinalNorm.HasBias));
        Assert.True(model.Output.HasBias && model.At<Attention>(0).Output.HasBias);
    }

    [Fact]
    public void Granite_scales_everything_and_keeps_its_experts_together()
    {
        var model = Read("granitemoe", """ "num_local_experts": 4, "intermediate_size": 6, "embedding_multiplier": 12, "logits_scaling": 6, "residual_multiplier": 0.22, "attention_multiplier": 0.015625""");

        Assert.Equal((12, 1 / 6.0, 0.22), (model.EmbeddingScale, model.LogitScale, model.Blocks[0].Branches[1].Scale));
        Assert.Equal(0.015625, model.At<Attention>(0).ScoreScale);
        var experts = model.At<Experts>(0, 1);
        Assert.Equal([[4, 12, 8], [4, 8, 6]], experts.Routed.Select(weight => weight.StoredShape.ToArray()));
        Assert.Equal((RouterScores.SoftmaxOfPicked, ExpertLayout.Stacked), (experts.Routing.Scores, experts.Layout));
    }

    [Fact]
    public void Minimax_rotates_a_part_norms_all_heads_and_corrects_its_scores()
    {
        var model = Read("minimax_m2", """ "num_local_experts": 4, "intermediate_size": 6, "head_dim": 8, "rotary_dim": 4, "use_mtp": true, "num_mtp_modules": 3, "mtp_transformer_layers": 1""");

        var attention = model.At<Attention>(0);
        Assert.Equal((4, 16L, 8L), (((Rotary)attention.Positions!).Width, attention.QueryNorm!.Width, attention.KeyNorm!.Width));
        Assert.Equal(RouterScores.Sigmoid, model.At<Experts>(0, 1).Routing.Scores);
        Assert.Contains("model.layers.0.block_sparse_moe.e_score_correction_bias", model.StoredNames());
        Assert.Equal("num_mtp_modules 3, of 1 layers each (multi-token prediction)", Assert.Single(model.LeftOut));
    }

    [Fact]
    public void Gpt_oss_has_sinks_windows_in_turn_and_experts_with_biases_stored_by_input()
    {
        var model = Read("gpt_oss", """ "num_local_experts": 4, "intermediate_size": 6, "head_dim": 4, "quantization_config": {"quant_method": "mxfp4"}""");

        Assert.Equal([128, null, 128, null], Enumerable.Range(0, 4).Select(layer => model.At<Attention>(layer).Window));
        Assert.Equal(2, Assert.Single(model.At<Attention>(0).Sinks).Elements);
        var experts = model.At<Experts>(0, 1);
        Assert.Equal([[4, 8, 12], [4, 6, 8], [4, 12], [4, 8]], experts.Routed.Select(weight => weight.StoredShape.ToArray()));
        Assert.Equal((ExpertLayout.StackedInTurn, new GateClamp(7, 1.702), true), (experts.Layout, experts.Clamp, experts.Router.HasBias));
        // Two of the four experts, with all their biases, are not used for a token.
        Assert.Equal(model.Parameters - (4 * 2 * ((3 * 8 * 6) + 12 + 8)), model.ActiveParameters);
        Assert.Equal("yarn", model.Rotaries.Single().Scaling!.Kind);
        Assert.Equal("mxfp4", model.Quantization!.Method);
    }

    [Fact]
    public void Dbrx_keeps_its_experts_below_each_other_and_fuses_queries_keys_and_values()
    {
        var model = FamilyForm.Read("""{"model_type": "dbrx", "d_model": 8, "n_heads": 2, "n_layers": 1, "vocab_size": 16, "attn_config": {"clip_qkv": 8, "model_type": ""}}""");

        Assert.Equal([[4 * 3_584, 8], [4 * 3_584, 8], [4 * 3_584, 8]], model.At<Experts>(0, 1).Routed.Select(weight => weight.StoredShape.ToArray()));
        var attention = model.At<Attention>(0);
        Assert.Equal((ProjectionLayout.Fused, 1, 8.0, 16L), (attention.Layout, attention.KvHeads, attention.ProjectionLimit, attention.Projections[0].Outputs));
        Assert.False(model.FinalNorm!.HasBias);
    }

    private static ModelSpec Read(string type, string fields) => FamilyForm.Read($$"""{"model_type": "{{type}}", {{Sizes}}, {{fields}}}""");
}
