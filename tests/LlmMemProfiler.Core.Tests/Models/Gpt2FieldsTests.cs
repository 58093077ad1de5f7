using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A field that changes the model is understood or refused by name.</summary>
public class Gpt2FieldsTests
{
    [Theory]
    [InlineData("is_encoder_decoder", "true", "is_encoder_decoder is true")]
    [InlineData("cross_attention_hidden_size", "768", "cross_attention_hidden_size is 768")]
    [InlineData("attention_head_type", "\"grouped\"", "attention_head_type is 'grouped'", "multihead or multiquery")]
    [InlineData("reorder_and_upcast_attn", "true", "reorder_and_upcast_attn is true", "FP32")]
    [InlineData("pruned_heads", """{"1": [0, 2]}""", "pruned_heads is {")]
    [InlineData("torchscript", "true", "torchscript is true")]
    [InlineData("n_special", "3", "n_special is 3")]
    [InlineData("architectures", """["GPT2ForSequenceClassification"]""", "architecture is GPT2ForSequenceClassification", "ForCausalLM")]
    [InlineData("architectures", """["GPT2LMHeadModel", "GPT2DoubleHeadsModel"]""", "architecture is GPT2DoubleHeadsModel")]
    [InlineData("architectures", "\"GPT2LMHeadModel\"", "architectures is \"GPT2LMHeadModel\"", "an array")]
    [InlineData("activation_function", "\"gelu_10\"", "activation_function is 'gelu_10'")]
    [InlineData("hidden_size", "1024", "n_embd is 768, but hidden_size is 1024")]
    [InlineData("rotary_dim", "64", "field 'rotary_dim' is unknown", "remove it if it changes nothing")]
    [InlineData("n_layers", "24", "field 'n_layers' is unknown", "did you mean n_layer?")]
    public void A_field_that_changes_the_model_is_refused_by_name(string field, string literal, params string[] words)
    {
        var message = Assert.ThrowsAny<InputException>(() => OwnForm.Read(Gpt2Form.With(field, literal))).Message;

        Assert.StartsWith("m.json: ", message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("add_cross_attention", "false")]
    [InlineData("quantization_config", "null")]
    [InlineData("attention_head_type", "\"multihead\"")]
    [InlineData("reorder_and_upcast_attn", "false")]
    [InlineData("pruned_heads", "{ }")]
    [InlineData("n_special", "0")]
    [InlineData("architectures", """["TFGPT2LMHeadModel"]""")]
    [InlineData("architectures", "null")]
    [InlineData("auto_map", """{"AutoConfig": "mine.MyConfig", "AutoTokenizer": ["mine.Slow", null], "AutoModelForCausalLM": "o/r--m.GPT2LMHeadModel"}""")]
    [InlineData("activation_function", "\"gelu_fast\"")]
    [InlineData("hidden_size", "768")]
    [InlineData("scale_attn_by_inverse_layer_idx", "true")]
    [InlineData("use_cache", "false")]
    [InlineData("id2label", """{"0": "LABEL_0"}""")]
    [InlineData("repetition_penalty", "1.2")]
    [InlineData("torch_dtype", "\"float16\"")]
    [InlineData("rotary_dim", "null")]
    public void A_field_that_cannot_matter_or_has_the_plain_value_changes_nothing(string field, string literal) =>
        Assert.Equal(GptSizes.Of(OwnForm.Read(Gpt2Form.Valid)), GptSizes.Of(OwnForm.Read(Gpt2Form.With(field, literal))));

    [Fact]
    public void With_multi_query_attention_all_heads_share_one_of_keys_and_values() =>
        Assert.Equal(1, GptSizes.Of(OwnForm.Read(Gpt2Form.With("attention_head_type", "\"multiquery\""))).KvHeads);

    /// <summary>As TensorRT-LLM and TransformerLens read bigcode/santacoder.</summary>
    [Fact]
    public void With_multi_query_attention_queries_have_a_projection_of_their_own()
    {
        var weights = OwnForm.Read(Gpt2Form.With("attention_head_type", "\"multiquery\"")).StoredWeights
            .Where(weight => weight.Name.StartsWith("transformer.h.11.attn.", StringComparison.Ordinal)).Select(weight => $"{weight.Name["transformer.h.11.attn.".Length..]} {weight.StoredShape}");

        Assert.Equal(
            ["q_attn.weight [768, 768]", "q_attn.bias [768]", "kv_attn.weight [768, 128]", "kv_attn.bias [128]", "c_proj.weight [768, 768]", "c_proj.bias [768]"],
            weights);
    }

    [Fact]
    public void The_general_names_of_transformers_mean_the_same()
    {
        var general = Gpt2Form.Valid
            .Replace("n_layer\"", "num_hidden_layers\"", StringComparison.Ordinal)
            .Replace("n_embd", "hidden_size", StringComparison.Ordinal)
            .Replace("n_head", "num_attention_heads", StringComparison.Ordinal)
            .Replace("n_positions", "max_position_embeddings", StringComparison.Ordinal);

        Assert.Equal(OwnForm.Read(Gpt2Form.Valid), OwnForm.Read(general));
    }

    [Fact]
    public void A_mistyped_field_of_the_own_form_is_refused() => Assert.Equal(
        "m.json: unknown field 'kv_head'; did you mean kv_heads?",
        Assert.ThrowsAny<InputException>(() => OwnForm.Read(OwnForm.With("kv_head", "2"))).Message);
}
