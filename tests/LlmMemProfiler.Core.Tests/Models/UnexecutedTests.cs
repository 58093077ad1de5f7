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
    [InlineData("llama", """{ "rope_scaling": { "rope_type": "dynamic", "alpha": 1000.0 } }""", null)]
    [InlineData("deepseek_v32", """{ "kv_lora_rank": 24, "q_lora_rank": 20, "qk_nope_head_dim": 12, "qk_rope_head_dim": 8, "v_head_dim": 10, "head_dim": null, "num_key_value_heads": 4 }""", "an indexer of latent attention")]
    [InlineData("llama", """{ "head_dim": 1 }""", "rotations of 1 elements, which are no pairs")]
    [InlineData("lfm2", """{ "full_attn_idxs": [2], "head_dim": null }""", "short convolutions")]
    [InlineData("molmo", """{ "embedding_size": 100, "intermediate_size": 192, "qkv_bias": true, "head_dim": null }""", null)]
    [InlineData("molmo", """{ "embedding_size": 99, "intermediate_size": 192, "qkv_bias": true, "head_dim": null }""", "an embedding in two tensors, both of which it can write")]
    [InlineData("baichuan", """{ "vocab_size": 125696, "head_dim": null, "num_key_value_heads": null }""", null)]
    [InlineData("baichuan", """{ "vocab_size": 125696, "head_dim": null, "num_key_value_heads": null, "tie_word_embeddings": true }""", "a normalized output layer that is the embedding too")]
    [InlineData("gemma4_text", """{ "vocab_size_per_layer_input": 100, "hidden_size_per_layer_input": 8 }""", null)]
    [InlineData("gemma4_text", """{ "vocab_size_per_layer_input": 99, "hidden_size_per_layer_input": 8 }""", "tokens without inputs of each layer")]
    [InlineData("gpt2", """{ "add_cross_attention": true, "num_key_value_heads": null, "head_dim": null, "intermediate_size": null, "max_position_embeddings": null }""", "attention to an encoder, which is not run")]
    [InlineData("minimax_m1", """
        { "num_hidden_layers": 2, "attn_type_list": [0, 1], "rotary_dim": 8, "num_local_experts": 4, "num_experts_per_tok": 2,
          "layernorm_linear_attention_alpha": 1, "layernorm_full_attention_alpha": 2.5, "layernorm_mlp_alpha": 1.5,
          "layernorm_full_attention_beta": 1, "layernorm_linear_attention_beta": 1, "layernorm_mlp_beta": 1 }
        """, "linear attention")]
    [InlineData("qwen3_next", """{ "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24, "shared_expert_intermediate_size": 24, "intermediate_size": null }""", "linear attention")]
    [InlineData("mamba", """{ "num_attention_heads": null, "num_key_value_heads": null, "head_dim": null, "intermediate_size": null, "max_position_embeddings": null }""", "state-space layers")]
    public void A_model_of_a_family_is_refused_for_what_is_not_executed(string type, string fields, string? found) =>
        Assert.Equal(found, Unexecuted.In(SmallConfig.Read(type, fields)));

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void The_first_ChatGLM_is_refused_because_the_tokens_of_a_prompt_see_each_other(string positions)
    {
        var model = OwnForm.Read($$"""{ "model_type": "chatglm", "inner_hidden_size": 16384, "position_encoding_2d": {{positions}} }""");
        Assert.Contains(positions == "true" ? "rotations by two positions, in the prompt and in the answer" : "tokens of a prompt", Unexecuted.In(model), StringComparison.Ordinal);
    }

    /// <summary>What no config can say, and no layer computes.</summary>
    [Fact]
    public void Keys_that_would_be_rotated_with_their_values_and_odd_ways_to_join_are_refused()
    {
        var model = SmallConfig.Read("llama");
        var (attention, branch) = (model.Attention(), model.Blocks[0].Branches[0]);
        Assert.Contains("keys that are values too", Unexecuted.In(With(branch with { Sublayer = attention with { Layout = ProjectionLayout.SharedKeyValue } })), StringComparison.Ordinal);
        Assert.Contains("gates in a fused projection", Unexecuted.In(With(branch with { Sublayer = attention with { Layout = ProjectionLayout.Fused, IsGated = true } })), StringComparison.Ordinal);
        Assert.Contains("side by side", Unexecuted.In(With(branch with { ResidualScale = 2 })), StringComparison.Ordinal);
        Assert.Contains("side by side", Unexecuted.In(With(branch with { AddsToNormed = true })), StringComparison.Ordinal);

        ModelSpec With(Branch changed) => model with { Blocks = [new DecoderBlock([changed], Residual.Parallel)] };
    }

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
        HeadDim Heads IsChunked IsGated IsLimitedLast IsRotatedFirst KeyNorm KeysOf KvHeads KvWidth Layout Output Positions ProjectionLimit Projections QueryLogLength QueryNorm QueryWidth
        ScoreCap ScoreScale SeesPrompt Sinks Temperature ValueNorm Window
        """)]
    [InlineData(typeof(LatentAttention), """
        Compress Expand Heads Indexer KeptNorm KvRank Output PicksOf PlainDim Positions Queries QueryNorm RotaryDim ScoreScale Temperature ValueDim
        """)]
    public void All_properties_of_a_description_are_decided_on(Type type, string names) => Assert.Equal(
        names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal));
}
