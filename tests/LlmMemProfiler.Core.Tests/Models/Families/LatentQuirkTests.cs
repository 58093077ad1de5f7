using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Latent attention, and the experts of DeepSeek and its kin.</summary>
public class LatentQuirkTests
{
    [Fact]
    public void Deepseek_V2_rotates_neighbors_scales_scores_and_shares_two_experts()
    {
        var model = ModelFile.Read(SharedFiles.At("models", "deepseek-v2-lite"));

        var attention = model.At<LatentAttention>(0);
        Assert.True(attention.Positions!.IsInterleaved);
        Assert.Single(attention.Queries);
        var mscale = (0.1 * 0.707 * Math.Log(40)) + 1;
        Assert.Equal(mscale * mscale / Math.Sqrt(192), attention.ScoreScale!.Value, 12);
        var experts = model.At<Experts>(1, 1);
        Assert.Equal(new Routing(RouterScores.Softmax), experts.Routing);
        Assert.Equal((2 * 1_408, 0), (experts.Shared!.Width, experts.RouterVectors.Count));
        Assert.IsType<FeedForward>(model.Blocks[0].Branches[1].Sublayer);
    }

    [Fact]
    public void Deepseek_V2_picks_from_groups_if_its_config_says_so()
    {
        var routing = FamilyForm.Read("""{"model_type": "deepseek_v2", "num_experts_per_tok": 6, "topk_method": "group_limited_greedy", "n_group": 8, "topk_group": 3, "routed_scaling_factor": 16}""")
            .At<Experts>(0, 1).Routing;

        Assert.Equal(new Routing(RouterScores.Softmax) { Groups = 8, PickedGroups = 3, BestOfGroup = 1, Scale = 16 }, routing);
    }

    [Fact]
    public void Deepseek_V2_has_no_groups_where_it_picks_greedily_whatever_else_its_config_says() => Assert.Equal(
        new Routing(RouterScores.Softmax) { IsNormalized = true },
        FamilyForm.Read("""{"model_type": "deepseek_v2", "num_experts_per_tok": 6, "n_group": 8, "topk_group": 3, "norm_topk_prob": true}""").At<Experts>(0, 1).Routing);

    [Fact]
    public void Deepseek_V3_corrects_sigmoid_scores_and_sums_the_two_best_of_a_group()
    {
        var model = FamilyForm.Read("""{"model_type": "deepseek_v3", "num_nextn_predict_layers": 1}""");

        var experts = model.At<Experts>(3, 1);
        Assert.Equal(new Routing(RouterScores.Sigmoid) { IsNormalized = true, Groups = 8, PickedGroups = 4, BestOfGroup = 2, Scale = 2.5 }, experts.Routing);
        Assert.Equal("layers.3.mlp.gate.e_score_correction_bias", Assert.Single(experts.RouterVectors).Name);
        Assert.IsType<FeedForward>(model.Blocks[2].Branches[1].Sublayer);
        Assert.Equal("num_nextn_predict_layers 1 (multi-token prediction)", Assert.Single(model.LeftOut));
        Assert.Null(model.At<LatentAttention>(0).ScoreScale);
    }

    [Fact]
    public void Its_experts_do_not_tell_two_layers_apart() =>
        Assert.Equal([3, 58], LayerGroup.Of(FamilyForm.Read("""{"model_type": "deepseek_v3"}""")).Select(group => group.Numbers.Count));

    [Fact]
    public void Fields_that_follow_from_others_must_agree() => Assert.Equal(
        "m.json: qk_head_dim is 128, but qk_nope_head_dim + qk_rope_head_dim is 192; they must be equal",
        FamilyForm.Refusal("""{"model_type": "deepseek_v3", "qk_head_dim": 128}"""));

    [Fact]
    public void Glm_5_keeps_a_key_of_its_indexer_beside_the_latent_vector()
    {
        var model = ModelFile.Read(SharedFiles.At("models", "aic-glm-5"));

        var attention = model.At<LatentAttention>(0);
        Assert.Equal((32, 128, 2_048), (attention.Indexer!.Heads, attention.Indexer.HeadDim, attention.Indexer.Picked));
        Assert.True(attention.Indexer.Positions.IsInterleaved && attention.Indexer.KeyNorm.HasBias);
        Assert.Equal(576 + 128, attention.Cached.Elements);
    }

    [Theory]
    [InlineData(""" "index_topk_pattern": "FSFS" """)]
    [InlineData(""" "indexer_types": ["full", "shared", "full", "shared"]""")]
    [InlineData(""" "index_topk_freq": 2, "index_skip_topk_offset": 1""")]
    public void Layers_of_it_may_take_the_picks_of_a_layer_before(string fields)
    {
        var model = FamilyForm.Read($$"""{"model_type": "glm_moe_dsa", "num_hidden_layers": 4, {{fields}}}""");

        Assert.Equal([null, 0, null, 2], Enumerable.Range(0, 4).Select(layer => model.At<LatentAttention>(layer).PicksOf));
        Assert.Equal([704, 576, 704, 576], Enumerable.Range(0, 4).Select(layer => (int)model.At<LatentAttention>(layer).Cached.Elements));
    }

    [Fact]
    public void Glm_4_norms_queries_and_keys_if_asked_and_rotates_half_a_head()
    {
        var attention = FamilyForm.Read("""{"model_type": "glm4_moe", "head_dim": 128, "attention_bias": true, "use_qk_norm": true}""").At<Attention>(0);

        Assert.Equal((64, false, 128L), (((Rotary)attention.Positions!).Width, ((Rotary)attention.Positions).IsInterleaved, attention.QueryNorm!.Width));
        Assert.Equal((true, false), (attention.Projections[0].HasBias, attention.Output.HasBias));
    }
}
