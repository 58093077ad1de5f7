using System.Reflection;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Tests.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>What is not executed is refused by its name: no model runs silently without a part of it.</summary>
public class UnexecutedTests
{
    [Theory]
    [InlineData("llama", "{}", null)]
    [InlineData("qwen2_vl", """{ "head_dim": null, "rope_scaling": { "type": "mrope", "mrope_section": [2, 3, 3] } }""", null)]
    [InlineData("llama", """{ "rope_scaling": { "rope_type": "yarn", "factor": 2.0 } }""", null)]
    [InlineData("llama", """{ "rope_scaling": { "rope_type": "ntk_by_parts", "factor": 2.0 } }""", "rotary positions scaled by 'ntk_by_parts'")]
    [InlineData("llama", """{ "rope_scaling": { "rope_type": "dynamic", "alpha": 1000.0 } }""", "dynamic rotary positions with an alpha")]
    [InlineData("deepseek_v32", """{ "kv_lora_rank": 24, "q_lora_rank": 20, "qk_nope_head_dim": 12, "qk_rope_head_dim": 8, "v_head_dim": 10, "head_dim": null, "num_key_value_heads": 4 }""", "an indexer of latent attention")]
    [InlineData("llama", """{ "head_dim": 1 }""", "rotations of 1 elements, which are no pairs")]
    [InlineData("lfm2", """{ "full_attn_idxs": [2], "head_dim": null }""", "short convolutions")]
    [InlineData("molmo", """{ "embedding_size": 100, "intermediate_size": 192, "qkv_bias": true, "head_dim": null }""", "an embedding in two tensors")]
    public void A_model_of_a_family_is_refused_for_what_is_not_executed(string type, string fields, string? found) =>
        Assert.Equal(found, Unexecuted.In(SmallConfig.Read(type, fields)));

    /// <summary>MiniMax with linear attention, and with none: what remains is how outputs join.</summary>
    [Theory]
    [InlineData(0, false, "linear attention")]
    [InlineData(1, false, "hidden states that are scaled before outputs are added")]
    [InlineData(1, true, "outputs that are added to what was normed")]
    public void MiniMax_is_refused_for_what_is_not_executed(int kind, bool isNormed, string found)
    {
        var model = SmallConfig.Read("minimax_m1", $$"""
            { "num_hidden_layers": 2, "attn_type_list": [{{kind}}, 1], "postnorm": {{(isNormed ? "true" : "false")}}, "rotary_dim": 8, "num_local_experts": 4, "num_experts_per_tok": 2,
              "layernorm_linear_attention_alpha": 1, "layernorm_full_attention_alpha": 2.5, "layernorm_mlp_alpha": 1.5,
              "layernorm_full_attention_beta": 1, "layernorm_linear_attention_beta": 1, "layernorm_mlp_beta": 1 }
            """);
        Assert.Equal(found, Unexecuted.In(kind == 0 ? Plain(model) : model));
    }

    [Fact]
    public void The_first_ChatGLM_is_refused_for_how_it_adds_and_rotates()
    {
        var model = OwnForm.Read("""{ "model_type": "chatglm", "inner_hidden_size": 16384, "position_encoding_2d": true }""");
        Assert.Equal("outputs that are added to what was normed", Unexecuted.In(model));
        Assert.Equal("rotations by two positions, in the prompt and in the answer", Unexecuted.In(Plain(model)));
    }

    [Fact]
    public void A_gate_in_the_second_half_is_refused() => Assert.Equal(
        "gates in the second half of a fused projection",
        Unexecuted.In(SmallConfig.Read("molmo", """{ "embedding_size": 100, "intermediate_size": 192, "qkv_bias": true, "head_dim": null }""") with { AddedTokens = null }));

    /// <summary>Without what stands before the sublayers.</summary>
    private static ModelSpec Plain(ModelSpec model) => model with
    {
        Blocks = [.. model.Blocks.Select(block => block with { Branches = [.. block.Branches.Select(branch => branch with { AddsToNormed = false, ResidualScale = 1 })] })],
    };

    /// <summary>
    /// What is added to a description changes what a model computes: it is executed, or refused here and in <see cref="Unexecuted"/>, and
    /// then its name is added.
    /// </summary>
    [Theory]
    [InlineData(typeof(Branch), "AddsToNormed After AfterSum Before ResidualScale Scale Sublayer")]
    [InlineData(typeof(DecoderBlock), "Branches OutputScale Residual")]
    [InlineData(typeof(FeedForward), "Activation Down Gate IsGateLast IsGated Up Width")]
    [InlineData(typeof(Rotary), "Base IsInterleaved Scaling Width")]
    [InlineData(typeof(Routing), "BestOfGroup Groups IsNormalized PickedGroups Scale Scores Tolerance WeighsInputs")]
    [InlineData(typeof(QueryTemperature), "Every IsFromZero Strength")]
    [InlineData(typeof(Alibi), "LargestBias Scale")]
    [InlineData(typeof(Norm), "BiasName Epsilon HasBias HasWeight Heads IsSplit Kind Name Width WeightName")]
    [InlineData(typeof(Experts), "Activation Clamp Count IsGated Layout Narrow Picked Routed Router RouterNorm RouterVectors Routing Shared SharedGate Widen Width")]
    [InlineData(typeof(Attention), """
        HeadDim Heads IsChunked IsGated IsRotatedFirst KeyNorm KeysOf KvHeads KvWidth Layout Output Positions ProjectionLimit Projections QueryLogLength QueryNorm QueryWidth
        ScoreCap ScoreScale Sinks Temperature ValueNorm Window
        """)]
    [InlineData(typeof(LatentAttention), """
        Compress Expand Heads Indexer KeptNorm KvRank Output PicksOf PlainDim Positions Queries QueryNorm RotaryDim ScoreScale Temperature ValueDim
        """)]
    public void All_properties_of_a_description_are_decided_on(Type type, string names) => Assert.Equal(
        names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal));
}
