using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Gemma 4: two kinds of attention, shared caches, experts beside the feed-forward layer, inputs of each layer.</summary>
public class Gemma4Tests
{
    [Fact]
    public void Layers_that_see_all_tokens_have_wider_heads_whose_values_are_their_keys()
    {
        var model = ModelFile.Read(SharedFiles.At("models", "aic-gemma-4-26b-a4b"));

        var (sliding, full) = (model.At<Attention>(0), model.At<Attention>(5));
        Assert.Equal((8, 256, 1_024, ProjectionLayout.Separate), (sliding.KvHeads, sliding.HeadDim, sliding.Window, sliding.Layout));
        Assert.Equal((2, 512, null, ProjectionLayout.SharedKeyValue), (full.KvHeads, full.HeadDim, full.Window, full.Layout));
        Assert.Equal(2, full.Projections.Count);
        Assert.Equal((1.0, false), (full.ScoreScale, full.ValueNorm!.HasWeight));
        var rotary = (Rotary)full.Positions!;
        Assert.Equal((512, 1_000_000, "proportional", ("partial_rotary_factor", 0.25)), (rotary.Width, rotary.Base, rotary.Scaling!.Kind, rotary.Scaling.Numbers.Single()));
        Assert.Equal((Math.Sqrt(2_816), 30), (model.EmbeddingScale, model.LogitCap));
    }

    /// <summary>A layer's experts, router, norms and the two kinds of attention, written out.</summary>
    [Fact]
    public void Its_26_billion_parameters_are_counted_with_experts_and_the_feed_forward_layer_beside_them()
    {
        const long D = 2_816, Vocabulary = 262_144;
        const long Experts = (128 * 3 * D * 704) + (128 * D) + D + 128, Dense = 3 * D * 2_112, Norms = (7 * D) + 1;
        const long Sliding = (2 * D * 16 * 256) + (2 * D * 8 * 256) + (2 * 256), Full = (2 * D * 16 * 512) + (D * 2 * 512) + (2 * 512);

        var model = ModelFile.Read(SharedFiles.At("models", "aic-gemma-4-26b-a4b"));

        Assert.Equal((Vocabulary * D) + D + (30 * (Experts + Dense + Norms)) + (25 * Sliding) + (5 * Full), model.Parameters);
        Assert.Equal(model.Parameters - (30 * 120 * 3 * D * 704), model.ActiveParameters);
        var both = model.At<SideBySide>(0, 1);
        Assert.Equal(["layers.0.pre_feedforward_layernorm", "layers.0.pre_feedforward_layernorm_2"], both.Branches.Select(branch => branch.Before!.Name));
        Assert.Contains("model.language_model.layers.29.experts.gate_up_proj", model.StoredNames());
        Assert.Contains("model.language_model.layers.29.router.per_expert_scale", model.StoredNames());
    }

    [Fact]
    public void Null_key_value_heads_of_the_wider_layers_are_those_of_the_others()
    {
        var model = ModelFile.Read(SharedFiles.At("cases", "gemma4_e4b_null.json"));

        Assert.All(Enumerable.Range(0, 42), layer => Assert.Equal(2, model.At<Attention>(layer).KvHeads));
        Assert.Equal((35 * 2 * 2 * 256) + (7 * 2 * 2 * 512), model.CachedElements);
    }

    [Fact]
    public void The_last_layers_share_the_keys_of_their_kind_and_may_be_wider()
    {
        var model = FamilyForm.Read("""{"model_type": "gemma4_text", "num_hidden_layers": 18, "num_kv_shared_layers": 7, "use_double_wide_mlp": true}""");

        Assert.Equal([null, 5, 10, 10, 10, 10, 10, 5], Enumerable.Range(10, 8).Select(layer => model.At<Attention>(layer).KeysOf));
        Assert.Equal((10, null, 1), (model.At<Attention>(12).KeysOf, model.At<Attention>(12).KeyNorm, model.At<Attention>(12).Projections.Count));
        Assert.Equal((9_216, 18_432), (model.At<FeedForward>(10, 1).Width, model.At<FeedForward>(11, 1).Width));
        Assert.Null(model.At<Attention>(12).Cached);
    }

    [Fact]
    public void Each_layer_has_a_narrow_input_of_its_own()
    {
        var model = FamilyForm.Read("""{"model_type": "gemma4_text", "num_hidden_layers": 6}""");

        Assert.Equal([262_144, 6 * 256], model.PerLayerInputs!.Tokens.Weight.Shape);
        Assert.Equal((256L, 2_304L), (model.At<PerLayerInput>(0, 2).Gate.Outputs, model.At<PerLayerInput>(0, 2).Projection.Outputs));
        Assert.Equal(1, Assert.Single(model.Blocks[0].OutputScale).Elements);
    }

    [Fact]
    public void The_last_layer_sees_all_tokens_even_if_its_type_says_otherwise() => Assert.Equal(
        [512, 512, 512, null],
        Enumerable.Range(0, 4).Select(layer => FamilyForm.Read(
            """{"model_type": "gemma4_text", "num_hidden_layers": 4, "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention"]}""")
            .At<Attention>(layer).Window));

    [Fact]
    public void Layers_cannot_share_what_no_layer_has() => Assert.Contains(
        "num_kv_shared_layers is 12, which leaves no layer of full_attention", FamilyForm.Refusal("""{"model_type": "gemma4_text", "num_hidden_layers": 17, "num_kv_shared_layers": 12}"""),
        StringComparison.Ordinal);

    [Fact]
    public void An_encoder_is_refused() => Assert.Contains(
        "use_bidirectional_attention is 'all'", FamilyForm.Refusal("""{"model_type": "gemma4_text", "use_bidirectional_attention": "all"}"""), StringComparison.Ordinal);
}
