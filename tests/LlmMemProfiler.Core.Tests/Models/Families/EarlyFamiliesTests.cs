using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Quirks of MPT, Phi, the first Qwen, ChatGLM, EXAONE and of configs that name no type.</summary>
public class EarlyFamiliesTests
{
    [Fact]
    public void Mpt_has_no_biases_and_ALiBi_of_a_given_size()
    {
        var model = OwnForm.Read("""{ "model_type": "mpt", "attn_config": { "alibi": true, "alibi_bias_max": 16, "clip_qkv": 6, "softmax_scale": 0.5, "attn_impl": "torch" } }""");
        var attention = Attention(model);

        Assert.DoesNotContain(model.Weights, weight => weight.Role == TensorRole.Bias);
        Assert.Equal((new Alibi(16), 6.0, 0.5), (attention.Positions, attention.ProjectionLimit, attention.ScoreScale));
        Assert.Equal(new Alibi(8), Attention(OwnForm.Read("""{ "model_type": "mpt" }""")).Positions);
        Assert.Equal(1, model.LogitScale);
    }

    [Fact]
    public void Mpt_as_its_first_code_has_it_may_have_biases_norms_of_queries_and_fewer_heads_of_keys()
    {
        var model = OwnForm.Read(
            """
            {
              "model_type": "mpt", "d_model": 64, "n_heads": 8, "no_bias": false, "logit_scale": "inv_sqrt_d_model",
              "attn_config": { "attn_type": "grouped_query_attention", "kv_n_heads": 2, "qk_ln": true },
              "ffn_config": { "ffn_type": "mptmlp", "ffn_hidden_size": 100 }
            }
            """);
        var attention = Attention(model);

        Assert.Equal((2, 96, true), (attention.KvHeads, attention.Projections[0].Outputs, attention.Projections[0].HasBias));
        Assert.Equal((64, 16), (attention.QueryNorm!.Width, attention.KeyNorm!.Width));
        Assert.Equal((100, 0.125), (((FeedForward)model.Blocks[0].Branches[1].Sublayer).Width, model.LogitScale));
        Assert.Equal(0.25, OwnForm.Read("""{ "model_type": "mpt", "logit_scale": 0.25 }""").LogitScale);
        Assert.Equal(1, Attention(OwnForm.Read("""{ "model_type": "mpt", "attn_config": { "attn_type": "multiquery_attention" } }""")).KvHeads);
    }

    [Theory]
    [InlineData("\"attn_config\": { \"alibi\": false }", "attn_config.alibi is false")]
    [InlineData("\"attn_config\": { \"attn_type\": \"linear\" }", "attn_type is 'linear'")]
    [InlineData("\"attn_config\": { \"rope\": true }", "rope is true, which rotates queries and keys")]
    [InlineData("\"attn_config\": { \"fused_qkv\": false }", "field 'attn_config.fused_qkv' is unknown")]
    [InlineData("\"attn_config\": { \"prefix_lm\": true }", "prefix_lm is true")]
    [InlineData("\"ffn_config\": { \"ffn_type\": \"mptglu\" }", "ffn_type is 'mptglu'")]
    [InlineData("\"norm_type\": \"rmsnorm\"", "norm_type is 'rmsnorm'")]
    [InlineData("\"logit_scale\": \"large\"", "logit_scale is 'large'")]
    public void What_mpt_is_not_is_refused(string field, string naming) => Refused($$"""{ "model_type": "mpt", {{field}} }""", naming);

    [Fact]
    public void Phi_reads_one_norm_twice_and_rotates_a_part()
    {
        var model = OwnForm.Read("""{ "model_type": "phi", "num_key_value_heads": 8, "qk_layernorm": true, "partial_rotary_factor": 0.25 }""");
        var block = model.Blocks[0];

        Assert.Equal((Residual.SharedNorm, null), (block.Residual, block.Branches[1].Before));
        Assert.Equal((new Rotary(16, 10_000), 8, 64), (Attention(model).Positions, Attention(model).KvHeads, Attention(model).QueryNorm!.Width));
        Assert.Equal(new Rotary(32, 10_000), Attention(OwnForm.Read("""{ "model_type": "phi" }""")).Positions);
        Assert.True(model.Output.HasBias);
    }

    [Fact]
    public void Phi_by_its_first_code_rounds_its_vocabulary_up_and_fuses()
    {
        var model = OwnForm.Read("""{ "model_type": "phi-msft", "vocab_size": 50304, "pad_vocab_size_multiple": 512, "n_head_kv": 4, "hidden_size": 128, "rotary_dim": 32 }""");

        Assert.Equal((50_688, 4, ProjectionLayout.Fused), (model.Vocabulary, Attention(model).KvHeads, Attention(model).Layout));
        Assert.Equal(new Rotary(8, 10_000), Attention(model).Positions);
        Refused("""{ "model_type": "phi-msft", "vocab_size": 2147483647 }""", "vocab_size is 2147483647; must be at most");
        Refused("""{ "model_type": "phi-msft", "img_processor": { "name": "clip" } }""", "adds a vision tower");
    }

    [Fact]
    public void The_first_qwen_has_half_the_width_that_its_config_says_and_stretches_beyond_its_training()
    {
        var model = OwnForm.Read("""{ "model_type": "qwen", "seq_length": 2048 }""");
        var plain = OwnForm.Read("""{ "model_type": "qwen", "use_dynamic_ntk": false, "use_logn_attn": false, "no_bias": false, "rotary_emb_base": 1000000 }""");
        var feedForward = (FeedForward)model.Blocks[0].Branches[1].Sublayer;

        Assert.Equal((11_008, "h.0.mlp.w2"), (feedForward.Width, feedForward.Gate!.Name));
        Assert.Equal((true, false), (Attention(model).Projections[0].HasBias, Attention(model).Output.HasBias));
        Assert.Equal(2048, Attention(model).QueryLogLength);
        Assert.Equal(new("qwen_dynamic_ntk", [("seq_length", 2048)], []), ((Rotary)Attention(model).Positions!).Scaling);
        Assert.Equal((new Rotary(128, 1_000_000), null, true), (Attention(plain).Positions, Attention(plain).QueryLogLength, Attention(plain).Output.HasBias));
        Refused("""{ "model_type": "qwen", "intermediate_size": 11 }""", "intermediate_size must be a multiple");
        Refused("""{ "model_type": "qwen", "padded_vocab_size": 152064 }""", "padded_vocab_size is 152064, but vocab_size is 151936");
        Refused("""{ "model_type": "qwen", "use_cache_quantization": true }""", "keeps the cache in INT8");
    }

    [Fact]
    public void Chatglm_rotates_neighbors_in_half_of_each_head()
    {
        var model = OwnForm.Read("""{ "model_type": "chatglm", "multi_query_attention": true, "multi_query_group_num": 2, "rope_ratio": 500 }""");
        var old = OwnForm.Read("""{ "model_type": "chatglm", "rmsnorm": false, "add_bias_linear": true, "post_layer_norm": false, "kv_channels": null }""");

        Assert.Equal(new Rotary(64, 5_000_000) { IsInterleaved = true }, Attention(model).Positions);
        Assert.Equal((2, ProjectionLayout.Fused, false), (Attention(model).KvHeads, Attention(model).Layout, Attention(model).Projections[0].HasBias));
        Assert.Equal((32, ProjectionLayout.FusedByGroup, true), (Attention(old).KvHeads, Attention(old).Layout, Attention(old).Projections[0].HasBias));
        Assert.Equal((NormKind.RmsNorm, NormKind.LayerNorm, null), (model.FinalNorm!.Kind, old.Blocks[0].Branches[0].Before!.Kind, old.FinalNorm));
        Assert.True(((FeedForward)model.Blocks[0].Branches[1].Sublayer).IsGated);
        Refused("""{ "model_type": "chatglm", "pre_seq_len": 128 }""", "adds learned keys and values");
        Refused("""{ "model_type": "chatglm", "quantization_bit": 3 }""", "quantization_bit is 3; expected 0, 4 or 8");
    }

    [Fact]
    public void Exaone_is_llama_by_other_names()
    {
        var model = OwnForm.Read("""{ "model_type": "exaone", "head_dim": 80, "num_key_value_heads": 8, "rope_scaling": { "rope_type": "llama3", "factor": 8.0 } }""");

        Assert.Equal((80, 8, 8192), (Attention(model).HeadDim, Attention(model).KvHeads, ((FeedForward)model.Blocks[0].Branches[1].Sublayer).Width));
        Assert.Equal("llama3", ((Rotary)Attention(model).Positions!).Scaling!.Kind);
        Assert.Equal("h.0.mlp.c_fc_0", ((FeedForward)model.Blocks[0].Branches[1].Sublayer).Gate!.Name);
    }

    /// <summary>nanoGPT prints 123.59M for this one without its positions, 786,432.</summary>
    [Fact]
    public void Nanogpts_arguments_are_read_bare_or_in_a_checkpoints_dump()
    {
        const string Arguments = """{ "n_layer": 12, "n_head": 12, "n_embd": 768, "block_size": 1024, "bias": false, "vocab_size": 50304, "dropout": 0.0 }""";
        var model = OwnForm.Read(Arguments);

        Assert.Equal((123_590_000, "nanogpt"), ((int)Math.Round((model.Parameters - 786_432) / 1e4) * 10_000, model.Type));
        Assert.True(model.TiedOutput);
        Assert.DoesNotContain(model.Weights, weight => weight.Role == TensorRole.Bias);
        Assert.Contains(model.StoredWeights, weight => weight.Name == "transformer.h.11.attn.c_attn.weight" && weight.StoredShape[0] == 2304);
        Assert.Equal(model.StoredWeights, OwnForm.Read($$"""{ "model_args": {{Arguments}}, "iter_num": 5000, "best_val_loss": 3.2 }""").StoredWeights);
        Refused($$"""{ "model_args": {{Arguments}}, "learning_rate": 0.1 }""", "field 'learning_rate' is unknown");
        Refused($$"""{ "model_type": "gpt2", "model_args": {{Arguments}} }""", "field 'model_args' is unknown");
        Refused("""{ "n_layer": 12, "n_head": 12, "n_embd": 768, "block_size": 1024, "n_kv_head": 4 }""", "field 'n_kv_head' is unknown");
    }

    [Fact]
    public void The_books_dictionary_has_an_output_layer_of_its_own()
    {
        const string Small = """ "emb_dim": 768, "n_layers": 12, "n_heads": 12, "context_length": 1024, "vocab_size": 50257, "drop_rate": 0.1 """;
        var model = OwnForm.Read($$"""{ {{Small}}, "qkv_bias": false }""");

        Assert.Equal(163_009_536, model.Parameters);
        Assert.Equal(163_009_536 + (12 * 3 * 768), OwnForm.Read($$"""{ {{Small}}, "qkv_bias": true }""").Parameters);
        Assert.Equal(
            ["att.W_query.weight", "att.W_key.weight", "att.W_value.weight", "att.out_proj.weight", "att.out_proj.bias"],
            model.StoredWeights.Where(weight => weight.Name.StartsWith("trf_blocks.0.att.", StringComparison.Ordinal)).Select(weight => weight.Name["trf_blocks.0.".Length..]));
        Assert.Contains(model.StoredWeights, weight => weight.Name == "final_norm.shift");
        Refused($$"""{ {{Small}}, "n_kv_groups": 4 }""", "field 'n_kv_groups' is unknown");
        Refused("""{ "emb_dim": 768, "n_layers": 12, "n_heads": 12, "context_length": 1024 }""", "vocab_size is missing");
    }

    [Fact]
    public void The_books_case_has_the_published_parameters() =>
        Assert.Equal(163_009_536, ModelFile.Read(SharedFiles.At("cases", "gpt_scratch_124m.json")).Parameters);

    /// <summary>Fields that published configs of these families have and that change nothing: EleutherAI, bigcode, facebook, mosaicml.</summary>
    [Theory]
    [InlineData("gpt_neox", """ "attention_probs_dropout_prob": 0, "hidden_dropout_prob": 0, "num_steps": "global_step301000", "custom_pipelines": { "text-generation": { "impl": "x.Y" } } """)]
    [InlineData("gpt_bigcode", """ "inference_runner": 0, "max_batch_size": null, "pad_key_length": true, "pre_allocate_kv_cache": false, "validate_runner_input": true """)]
    [InlineData("opt", """ "output_projection": true, "prefix": "</s>", "layerdrop": 0.0, "learned_embeddings": true, "scale_embeddings": false """)]
    [InlineData("mpt", """ "attn_config": { "model_type": "", "rope": false, "rope_theta": 10000, "qk_gn": false, "sliding_window_size": -1 }, "ffn_config": { "ffn_type": "mptmlp", "fc_type": "torch" } """)]
    [InlineData("bloom", """ "offset_alibi": 100, "skip_bias_add": true, "skip_bias_add_qkv": false, "masked_softmax_fusion": true, "pretraining_tp": 2, "slow_but_exact": false """)]
    [InlineData("chatglm", """ "prefix_projection": false, "quantization_bit": 0, "pre_seq_len": null, "interleaved_qkv": false, "fp32_residual_connection": false, "original_rope": true """)]
    public void Published_fields_that_change_nothing_are_passed_over(string type, string fields) =>
        Assert.Equal(OwnForm.Read($$"""{ "model_type": "{{type}}" }""") with { Config = null }, OwnForm.Read($$"""{ "model_type": "{{type}}", {{fields}} }""") with { Config = null });

    private static Attention Attention(ModelSpec model) => (Attention)model.Blocks[0].Branches[0].Sublayer;

    private static void Refused(string config, string naming) =>
        Assert.Contains(naming, Assert.ThrowsAny<InputException>(() => OwnForm.Read(config)).Message, StringComparison.Ordinal);
}
