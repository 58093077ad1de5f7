using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Layers that keep a state, and the models that mix them with attention.</summary>
public class StateQuirkTests
{
    /// <summary>48 layers of 48 heads of 128 x 128, and of the last three inputs of 10,240 channels: 149.625 MiB in FP32.</summary>
    [Fact]
    public void Qwen_3_5_keeps_149_MiB_of_state_and_16_GiB_of_keys_and_values()
    {
        var model = ModelFile.Read(SharedFiles.At("models", "aic-qwen3.5-27b"));

        Assert.Equal(149.625 * 1_048_576, model.StateSize(DataType.BFloat16).Bytes);
        Assert.Equal(16_384L << 20, model.CachedElements * 2 * 262_144);
        var attention = model.At<Attention>(3);
        Assert.Equal((true, 2 * 24 * 256L, 64), (attention.IsGated, attention.Projections[0].Outputs, ((Rotary)attention.Positions!).Width));
        Assert.Equal(NormKind.RmsNormFromOne, model.FinalNorm!.Kind);
        Assert.Contains("model.language_model.layers.0.linear_attn.in_proj_qkv.weight", model.StoredNames());
        Assert.Equal(["mtp_num_hidden_layers 1 (multi-token prediction)", "vision_config"], model.LeftOut);
    }

    [Fact]
    public void Qwen3_next_fuses_what_goes_into_its_delta_nets()
    {
        var names = FamilyForm.Read("""{"model_type": "qwen3_next", "num_hidden_layers": 1}""").StoredNames();

        Assert.Contains("model.layers.0.linear_attn.in_proj_qkvz.weight", names);
        Assert.Contains("model.layers.0.linear_attn.in_proj_ba.weight", names);
    }

    [Fact]
    public void Jamba_has_attention_without_positions_in_one_layer_of_eight_and_experts_in_every_second()
    {
        var model = FamilyForm.Read("""{"model_type": "jamba", "num_hidden_layers": 8}""");

        Assert.Equal([4], model.Blocks.Index().Where(block => block.Item.Branches[0].Sublayer is Attention).Select(block => block.Index));
        Assert.Equal([1, 3, 5, 7], model.Blocks.Index().Where(block => block.Item.Branches[1].Sublayer is Experts).Select(block => block.Index));
        Assert.Null(model.At<Attention>(4).Positions);
        Assert.Contains("model.layers.0.mamba.dt_layernorm.weight", model.StoredNames());
        // Three inputs of 8,192 channels, and 16 numbers for each.
        Assert.Equal(7 * 8_192 * (3 + 16) * 4, model.StateSize(DataType.Float16).Bytes);
    }

    [Fact]
    public void A_mamba_takes_any_number_of_tokens_and_ties_its_output()
    {
        var model = FamilyForm.Read("""{"model_type": "mamba", "d_model": 768, "n_layer": 32, "d_inner": 1536, "ssm_cfg": {}, "rms_norm": true}""");

        Assert.Equal((int.MaxValue, true, 0L), (model.Positions, model.TiedOutput, model.CachedElements));
        Assert.Equal([1536, 48], model.Weights.Single(weight => weight.Name == "layers.0.mixer.dt_proj.weight").Shape);
    }

    [Fact]
    public void The_heads_of_a_mamba2_must_make_its_width() => Assert.Equal(
        "m.json: num_heads 100 times head_dim 64 is not hidden_size times expand, 8192; they must be equal",
        FamilyForm.Refusal("""{"model_type": "mamba2", "num_heads": 100}"""));

    [Fact]
    public void Nemotron_h_has_one_mixer_a_layer_as_its_letters_say()
    {
        var model = FamilyForm.Read("""{"model_type": "nemotron_h", "num_hidden_layers": 4, "hybrid_override_pattern": "M-*E", "moe_latent_size": 64}""");

        Assert.Equal([typeof(StateSpace), typeof(FeedForward), typeof(Attention), typeof(Experts)], model.Blocks.Select(block => block.Branches.Single().Sublayer.GetType()));
        Assert.Equal((Activation.ReluSquared, false, (Rotary?)null), (model.At<FeedForward>(1).Activation, model.At<FeedForward>(1).IsGated, model.At<Attention>(2).Positions));
        var experts = model.At<Experts>(3);
        Assert.Equal((64L, 64L, false), (experts.Narrow!.Outputs, experts.Widen!.Inputs, experts.IsGated));
        Assert.Equal([7_688, 64], experts.Routed[0].Shape);
        Assert.Contains("backbone.layers.3.mixer.experts.7.down_proj.weight", model.StoredNames());
    }

    /// <summary>Nemotron 3 Ultra lists its layers, and has no number of them.</summary>
    [Fact]
    public void Nemotron_h_has_as_many_layers_as_are_listed() => Assert.Equal(
        [typeof(StateSpace), typeof(Experts), typeof(Attention)],
        FamilyForm.Read("""{"model_type": "nemotron_h", "layers_block_type": ["mamba", "moe", "attention"], "hybrid_override_pattern": null}""")
            .Blocks.Select(block => block.Branches.Single().Sublayer.GetType()));

    [Theory]
    [InlineData(""" "hybrid_override_pattern": "M-" """, "hybrid_override_pattern has 2 letters; expected one for each of the 3 layers")]
    [InlineData(""" "hybrid_override_pattern": "M-X" """, "hybrid_override_pattern contains 'X'; must be M, *, -, E")]
    [InlineData(""" "layers_block_type": ["mamba", "mlp", "other"]""", "layers_block_type contains 'other'; must be mamba, ")]
    public void A_pattern_that_is_none_is_refused(string fields, string words) => Assert.Contains(
        words, FamilyForm.Refusal($$"""{"model_type": "nemotron_h", "num_hidden_layers": 3, {{fields}}}"""), StringComparison.Ordinal);

    /// <summary>By layer: d·d for receptance, key, value, gate and output, channels of 3.5 d, and vectors.</summary>
    [Fact]
    public void Rwkv_5_is_counted_from_its_mixes()
    {
        const long D = 2_560, Wide = 8_960;
        const long Time = (5 * D * D) + (4 * D) + (2 * D) + (2 * D), Channel = (2 * D * Wide) + (D * D) + (2 * D);

        var model = ModelFile.Read(SharedFiles.At("models", "rwkv5-3b"));

        Assert.Equal((65_536 * D) + (32 * (Time + Channel + (4 * D))) + (4 * D), model.Parameters);
        // Two last inputs in the type of the weights; 40 heads of 64 x 64 in FP32.
        Assert.Equal(32 * ((2 * D * 2) + (D * 64 * 4)), model.StateSize(DataType.Float16).Bytes);
        Assert.Equal("blocks.0.pre_ln", model.EmbeddingNorm!.Name);
    }
}
