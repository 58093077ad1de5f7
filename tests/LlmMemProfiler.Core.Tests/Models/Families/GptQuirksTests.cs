using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>What each family before Llama does otherwise than GPT-2.</summary>
public class GptQuirksTests
{
    [Fact]
    public void The_first_gpt_norms_the_sums_and_nothing_at_the_end()
    {
        var model = OwnForm.Read("""{ "model_type": "openai-gpt" }""");

        Assert.Null(model.FinalNorm);
        Assert.All(model.Blocks, block => Assert.All(block.Branches, branch => Assert.True(branch is { Before: null, After: null, AfterSum: not null })));
        Assert.Equal((Sequence<long>)[768, 2304], model.StoredWeights.Single(weight => weight.Name == "transformer.h.3.attn.c_attn.weight").StoredShape);
    }

    [Fact]
    public void Gpt_neo_attends_to_a_window_in_every_other_layer_and_scales_no_scores()
    {
        var model = OwnForm.Read("""{ "model_type": "gpt_neo", "num_layers": 4, "attention_types": [[["global", "local"], 1], [["local"], 2]], "window_size": 100 }""");

        Assert.Equal([null, 100, 100, 100], model.Blocks.Select(block => Attention(block).Window));
        Assert.All(model.Blocks, block => Assert.Equal(1, Attention(block).ScoreScale));
    }

    [Theory]
    [InlineData("""[[["global"], 3]]""", "null", "attention_types is of more layers; expected one word for each of the 2 layers")]
    [InlineData("""[[["global"], 1]]""", "null", "attention_types is of 1 layers")]
    [InlineData("""[[["global"], 2147483647]]""", "null", "attention_types is of more layers")]
    [InlineData("""[[["global", "near"], 1]]""", "null", "attention_types contains 'near'; must be global or local")]
    [InlineData("""[["global", 2]]""", "null", "attention_types contains [\"global\", 2]; expected lists of words")]
    [InlineData("""[[["global"], 0]]""", "null", "attention_types contains [[\"global\"], 0]; expected lists of words")]
    [InlineData("7", "null", "attention_types contains 7; expected lists of words")]
    [InlineData("""[[["global", "local"], 1]]""", """["global", "global"]""", "attention_layers are not what attention_types says")]
    public void Kinds_of_attention_must_be_those_of_the_layers(string types, string layers, string naming) => Refused(
        $$"""{ "model_type": "gpt_neo", "num_layers": 2, "attention_types": {{types}}, "attention_layers": {{layers}} }""", naming);

    [Fact]
    public void Gpt_j_rotates_neighbors_and_reads_one_norm_twice()
    {
        var model = OwnForm.Read("""{ "model_type": "gptj", "rotary_dim": 32, "rope_scaling": { "rope_type": "gptj" } }""");
        var block = model.Blocks[0];

        Assert.Equal(new Rotary(32, 10_000) { IsInterleaved = true }, Attention(block).Positions);
        Assert.Equal((Residual.SharedNorm, null), (block.Residual, block.Branches[1].Before));
        Assert.True(model.Output.HasBias);
        Refused("""{ "model_type": "gptj", "rotary_dim": 512 }""", "rotary_dim is 512; must be at most the width of a head, 256");
        Refused("""{ "model_type": "gptj", "rope_scaling": { "rope_type": "yarn" } }""", "rope_type is 'yarn'");
        Refused("""{ "model_type": "gptj", "rotary": false }""", "rotary is false, which takes the positions away");
    }

    [Fact]
    public void Codegen_has_one_projection_in_four_parts()
    {
        Assert.Equal(ProjectionLayout.FusedInFours, Attention(OwnForm.Read("""{ "model_type": "codegen" }""").Blocks[0]).Layout);
        Refused("""{ "model_type": "codegen", "n_embd": 384, "n_head": 6 }""", "n_head must be a multiple of parts of qkv_proj");
    }

    [Theory]
    [InlineData("true", Residual.Parallel)]
    [InlineData("false", Residual.Sequential)]
    public void Gpt_neox_rotates_a_quarter_and_adds_in_parallel_or_not(string isParallel, Residual residual)
    {
        var block = OwnForm.Read($$"""{ "model_type": "gpt_neox", "use_parallel_residual": {{isParallel}}, "rotary_emb_base": 25000 }""").Blocks[0];

        Assert.Equal(residual, block.Residual);
        Assert.All(block.Branches, branch => Assert.NotNull(branch.Before));
        Assert.Equal(new Rotary(24, 25_000), Attention(block).Positions);
        Assert.Equal(ProjectionLayout.FusedByGroup, Attention(block).Layout);
    }

    [Fact]
    public void Gpt_neox_reads_the_names_of_transformers_5_too()
    {
        var model = OwnForm.Read("""{ "model_type": "gpt_neox", "attention_bias": false, "rope_parameters": { "rope_type": "default", "rope_theta": 5000, "partial_rotary_factor": 0.5 } }""");

        Assert.Equal(new Rotary(48, 5_000), Attention(model.Blocks[0]).Positions);
        Assert.False(Attention(model.Blocks[0]).Output.HasBias);
    }

    [Theory]
    [InlineData("true", 1, ProjectionLayout.Fused)]
    [InlineData("false", 12, ProjectionLayout.FusedByGroup)]
    public void Gpt_bigcode_has_one_head_of_keys_or_fuses_head_by_head(string isMultiQuery, int kvHeads, ProjectionLayout layout)
    {
        var attention = Attention(OwnForm.Read($$"""{ "model_type": "gpt_bigcode", "multi_query": {{isMultiQuery}} }""").Blocks[0]);

        Assert.Equal((kvHeads, layout), (attention.KvHeads, attention.Layout));
    }

    [Fact]
    public void Opt_has_two_rows_before_its_positions_and_norms_before_or_after()
    {
        var usual = OwnForm.Read("""{ "model_type": "opt" }""");
        var small = OwnForm.Read("""{ "model_type": "opt", "do_layer_norm_before": false, "word_embed_proj_dim": 512 }""");

        Assert.Equal((2, 2050, 2048), (usual.PositionOffset, usual.LearnedPositions!.Rows, usual.Positions));
        Assert.All(usual.Blocks[0].Branches, branch => Assert.True(branch is { Before: not null, AfterSum: null }));
        Assert.All(small.Blocks[0].Branches, branch => Assert.True(branch is { Before: null, AfterSum: not null }));
        Assert.Equal((512, 512, 768, 512), (small.Tokens.Width, small.EmbeddingProjection!.Inputs, small.OutputProjection!.Inputs, small.Output.Inputs));
        Assert.Equal((true, false), (usual.FinalNorm is not null, small.FinalNorm is not null));
        Assert.Null(OwnForm.Read("""{ "model_type": "opt", "_remove_final_layer_norm": true }""").FinalNorm);
        Assert.Equal(0, OwnForm.Read("""{ "model_type": "opt", "enable_bias": false, "layer_norm_elementwise_affine": false }""").Weights.Count(weight => weight.Role is TensorRole.Bias or TensorRole.NormWeight));
    }

    [Fact]
    public void Bloom_has_a_norm_of_the_embedding_and_ALiBi()
    {
        var model = OwnForm.Read("""{ "model_type": "bloom", "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1, "n_inner": 32, "seq_length": 77 }""");

        Assert.Equal("word_embeddings_layernorm", model.EmbeddingNorm!.Name);
        Assert.Equal((new Alibi(), ProjectionLayout.FusedByGroup, 77), (Attention(model.Blocks[0]).Positions, Attention(model.Blocks[0]).Layout, model.Positions));
        Refused("""{ "model_type": "bloom", "n_inner": 300 }""", "n_inner is 300; must be 4 × hidden_size, 256");
        Refused("""{ "model_type": "bloom", "apply_residual_connection_post_layernorm": true }""", "adds to the normed hidden state");
    }

    [Theory]
    [InlineData("""{ "model_type": "falcon" }""", 1, ProjectionLayout.Fused, Residual.SharedNorm, 1)]
    [InlineData("""{ "model_type": "falcon", "new_decoder_architecture": true, "num_attention_heads": 8, "hidden_size": 64, "num_kv_heads": 2 }""", 2, ProjectionLayout.FusedByGroup, Residual.Parallel, 2)]
    [InlineData("""{ "model_type": "falcon", "new_decoder_architecture": true, "num_ln_in_parallel_attn": 1, "num_attention_heads": 8, "hidden_size": 64, "num_kv_heads": 2 }""", 2, ProjectionLayout.FusedByGroup, Residual.SharedNorm, 1)]
    [InlineData("""{ "model_type": "falcon", "multi_query": false, "parallel_attn": false }""", 71, ProjectionLayout.FusedByGroup, Residual.Sequential, 2)]
    public void Falcon_comes_in_four_forms(string config, int kvHeads, ProjectionLayout layout, Residual residual, int norms)
    {
        var block = OwnForm.Read(config).Blocks[0];

        Assert.Equal((kvHeads, layout), (Attention(block).KvHeads, Attention(block).Layout));
        Assert.Equal((residual, norms), (block.Residual, block.Branches.Count(branch => branch.Before is not null)));
    }

    [Fact]
    public void Falcon_divides_the_biases_of_its_ALiBi_too()
    {
        var model = OwnForm.Read("""{ "model_type": "falcon", "alibi": true, "bias": true, "num_attention_heads": 2, "hidden_size": 32 }""");

        Assert.Equal(new Alibi { Scale = 0.25 }, Attention(model.Blocks[0]).Positions);
        Assert.True(Attention(model.Blocks[0]).Output.HasBias);
        Refused("""{ "model_type": "falcon", "new_decoder_architecture": true, "parallel_attn": false }""", "parallel_attn is false, but new_decoder_architecture is true");
        Refused("""{ "model_type": "falcon", "num_ln_in_parallel_attn": 2 }""", "num_ln_in_parallel_attn is 2; must be 1");
    }

    private static Attention Attention(DecoderBlock block) => (Attention)block.Branches[0].Sublayer;

    private static void Refused(string config, string naming) =>
        Assert.Contains(naming, Assert.ThrowsAny<InputException>(() => OwnForm.Read(config)).Message, StringComparison.Ordinal);
}
