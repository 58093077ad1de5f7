using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Decoders in the configs of models with encoders of pictures and sound.</summary>
public class SeveralPartsTests
{
    [Theory]
    [InlineData("llava", """{ "mm_vision_tower": "openai/clip", "mm_hidden_size": 1024, "image_grid": 3 }""", "model.layers.0.", "mm_vision_tower, image_grid")]
    [InlineData("minicpmv", """{ "scale_emb": 12, "vision_encoder": "vit", "query_num": 64 }""", "llm.model.layers.0.", "vision_encoder, query_num")]
    [InlineData("logics", """{ "mm_vision_tower": "siglip" }""", "model.layers.0.", "mm_vision_tower")]
    [InlineData("qwen2_vl", """{ "vision_config": { "depth": 32 } }""", "model.layers.0.", "vision_config")]
    [InlineData("glm4v", """{ "vision_config": { "depth": 24 }, "attention_bias": true, "head_dim": null }""", "model.language_model.layers.0.", "vision_config")]
    public void A_decoders_config_with_other_parts_is_that_decoders(string type, string fields, string prefix, string leftOut)
    {
        var model = SmallConfig.Read(type, fields);

        Assert.Equal(leftOut, string.Join(", ", model.LeftOut));
        Assert.Contains(model.StoredWeights, weight => weight.Name.StartsWith(prefix, StringComparison.Ordinal));
        Assert.Equal(type, model.Type);
    }

    /// <summary>MiniCPM-V has MiniCPM's scale, then Llama's layers, then Qwen 2's biases.</summary>
    [Theory]
    [InlineData("""{ "scale_emb": 12 }""", 12, false)]
    [InlineData("{}", 1, false)]
    [InlineData("""{ "max_window_layers": 4 }""", 1, true)]
    public void MiniCPM_V_has_the_decoder_of_its_time(string fields, double scale, bool hasBias)
    {
        var model = SmallConfig.Read("minicpmv", fields);

        Assert.Equal((scale, hasBias), (model.EmbeddingScale, model.Attention().Projections[0].HasBias));
    }

    [Theory]
    [InlineData("qwen3_vl", "qwen3_vl_text", "model.language_model.layers.0.", "lm_head.weight")]
    [InlineData("mistral3", "mistral4", "language_model.model.layers.0.", "language_model.lm_head.weight")]
    [InlineData("gemma4_unified", "gemma4_unified_text", "model.language_model.layers.0.", "model.language_model.embed_tokens.weight")]
    [InlineData("qwen2_5_vl", "qwen2_5_vl_text", "model.layers.0.", "lm_head.weight")]
    [InlineData("exaone4_5", "exaone4_5_text", "model.language_model.layers.0.", "lm_head.weight")]
    [InlineData("glm4v", "glm4v_text", "model.language_model.layers.0.", "lm_head.weight")]
    public void Tensors_are_named_by_the_model_around_the_decoder(string outer, string inner, string prefix, string output)
    {
        var model = OwnForm.Read($$"""{ "model_type": "{{outer}}", "joiner_width": 7, "text_config": { "model_type": "{{inner}}", "num_hidden_layers": 1 } }""");

        Assert.Contains(model.StoredWeights, weight => weight.Name.StartsWith(prefix, StringComparison.Ordinal));
        Assert.Contains(model.StoredWeights, weight => weight.Name == output);
        Assert.Contains("joiner_width", model.LeftOut);
    }

    /// <summary>Qwen2.5-Omni and Qwen3-ASR, whose decoder lies in a part that has encoders too.</summary>
    [Theory]
    [InlineData("qwen2_5_omni", "talker_config")]
    [InlineData("qwen3_asr", "token2wav_config")]
    public void The_part_that_thinks_is_the_decoder_and_that_which_talks_is_left_out(string type, string other)
    {
        var model = OwnForm.Read(
            $$"""
            {
              "model_type": "{{type}}", "{{other}}": { "hidden_size": 9 },
              "thinker_config": {
                "model_type": "{{type}}_thinker", "audio_config": { "d_model": 8 }, "seconds_per_chunk": 2,
                "text_config": { "model_type": "{{type}}_text", "num_hidden_layers": 1, "tie_word_embeddings": false }
              }
            }
            """);

        Assert.Equal("thinker.model.layers.0.input_layernorm.weight", model.StoredWeights.Single(weight => weight.Name.EndsWith("input_layernorm.weight", StringComparison.Ordinal)).Name);
        Assert.Equal("thinker.lm_head.weight", model.StoredWeights.Last().Name);
        Assert.Equal(["audio_config", "seconds_per_chunk", other], model.LeftOut.Order(StringComparer.Ordinal));
    }

    /// <summary>VILA's config names a folder with the decoder's own: the class's sizes would be another model's.</summary>
    [Fact]
    public void A_config_whose_decoder_lies_in_another_folder_is_refused() => Assert.Equal(
        "m.json: num_hidden_layers is missing; expected the decoder's sizes, or the config.json in the folder of its own",
        Assert.Throws<InputException>(() => OwnForm.Read("""{ "model_type": "llava_llama", "hidden_size": 2560, "llm_cfg": { "architectures": ["LlamaForCausalLM"] } }""")).Message);

    /// <summary>Fuyu's config has the decoder's numbers beside it, and no more than its type inside.</summary>
    [Theory]
    [InlineData(36, null)]
    [InlineData(12, "m.json: num_hidden_layers is 12, but text_config has another; they must be equal, or one be removed")]
    public void What_stands_beside_a_decoder_is_what_its_class_says(int layers, string? message) => Assert.Equal(message, Record.Exception(() => OwnForm.Read(
        $$"""{ "model_type": "fuyu", "num_hidden_layers": {{layers}}, "image_size": 300, "text_config": { "model_type": "persimmon" } }"""))?.Message);

    [Fact]
    public void A_message_names_the_object_that_has_an_unknown_field() => Assert.StartsWith(
        "m.json, in text_config: field 'block_size' is unknown",
        Assert.Throws<InputException>(() => OwnForm.Read("""{ "model_type": "locateanything", "text_config": { "model_type": "qwen2", "block_size": 6 } }""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "model_type": "bert", "architectures": ["BertModel"] }""", "m.json: model_type is 'bert', which is no decoder; expected the config of a decoder, such as llama")]
    [InlineData("""{ "model_type": "clip", "text_config": { "model_type": "clip_text_model" } }""", "m.json: model_type is 'clip_text_model', which is no decoder; expected the config of a decoder, such as llama")]
    [InlineData("""{ "model_type": "llamma" }""", "m.json: model_type is 'llamma'; did you mean llama?")]
    [InlineData("""{ "model_type": "llama", "architectures": ["LlamaForTokenClassification"] }""", "m.json: the architecture is LlamaForTokenClassification, which has another head than a decoder's; expected a name that ends in ForCausalLM")]
    public void A_model_that_is_no_known_decoder_is_refused_by_name(string json, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => OwnForm.Read(json)).Message);

    [Fact]
    public void A_type_that_is_like_no_other_is_told_how_many_there_are_and_where() => Assert.Equal(
        $"m.json: model_type is 'zzzzzzzz'; none of the {DecoderTypes.All.Count} that are known (types of the command 'model' lists them)",
        Assert.ThrowsAny<InputException>(() => OwnForm.Read("""{ "model_type": "zzzzzzzz" }""")).Message);

    [Theory]
    [InlineData("QWenLMHeadModel", "qwen")]
    [InlineData("GPTNeoXForCausalLM", "gpt_neox")]
    public void A_config_without_a_type_is_of_that_which_its_class_is_named_after(string architecture, string type) =>
        Assert.Equal(type, OwnForm.Read($$"""{ "architectures": ["{{architecture}}"], "num_hidden_layers": 1 }""").Type);

    /// <summary>Weights and cache are the same, whatever a forward pass gives beside its result.</summary>
    [Fact]
    public void What_a_forward_pass_is_asked_to_give_too_is_named() =>
        Assert.Equal(["output_hidden_states"], SmallConfig.Read("llama", """{ "output_hidden_states": true, "output_attentions": false, "author": "somebody" }""").LeftOut);

    [Fact]
    public void A_class_of_its_own_name_is_no_other_head() => Assert.Equal(2, SmallConfig.Read("minimind", """{ "architectures": ["MiniMindLM"], "num_hidden_layers": 2, "head_dim": null }""").Layers);

    [Theory]
    [InlineData("64.0", null)]
    [InlineData("64.5", "config.json: hidden_size is 64.5; expected a whole number from 1 to 2147483647")]
    public void A_whole_number_may_have_a_point(string number, string? message) =>
        Assert.Equal(message, Record.Exception(() => SmallConfig.Read("llama", $$"""{ "hidden_size": {{number}} }"""))?.Message);
}
