namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Families before Llama, each at 2 layers, a width of 8, 2 heads of 4, feed-forward of 32, 11 words and 5 positions.</summary>
public class GptFamiliesTests
{
    /// <summary>Weight and bias of a plain feed-forward layer.</summary>
    private const long FeedForward = (8 * 32) + 32 + (32 * 8) + 8;

    /// <summary>The same of a norm.</summary>
    private const long Norm = 2 * 8;

    /// <summary>The same of the projection of queries, keys and values, and of the output layer.</summary>
    private const long Attention = (8 * 24) + 24 + Output;

    private const long Output = (8 * 8) + 8;

    private const string Gpt = """
        "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 5, "vocab_size": 11
        """;

    private const string Plain = """
        "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 5, "vocab_size": 11
        """;

    [Theory]
    [InlineData("""{ "model_type": "openai-gpt", """ + Gpt + " }", (11 * 8) + (5 * 8) + (2 * (Attention + FeedForward + (2 * Norm))))]
    [InlineData(
        """{ "model_type": "gpt_neo", "hidden_size": 8, "num_layers": 2, "num_heads": 2, "attention_types": [[["global", "local"], 1]], "max_position_embeddings": 5, "vocab_size": 11 }""",
        (11 * 8) + (5 * 8) + (2 * ((3 * 8 * 8) + Output + FeedForward + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "gptj", "rotary_dim": 2, """ + Gpt + " }", (2 * 11 * 8) + 11 + (2 * ((4 * 8 * 8) + FeedForward + Norm)) + Norm)]
    [InlineData("""{ "model_type": "codegen", "rotary_dim": 2, "n_embd": 8, "n_layer": 2, "n_head": 4, "vocab_size": 11 }""", (2 * 11 * 8) + 11 + (2 * ((4 * 8 * 8) + FeedForward + Norm)) + Norm)]
    [InlineData("""{ "model_type": "gpt_neox", "intermediate_size": 32, """ + Plain + " }", (2 * 11 * 8) + (2 * (Attention + FeedForward + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "gpt_bigcode", """ + Gpt + " }", (11 * 8) + (5 * 8) + (2 * ((8 * 16) + 16 + Output + FeedForward + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "opt", "ffn_dim": 32, """ + Plain + " }", (11 * 8) + ((5 + 2) * 8) + (2 * ((4 * Output) + FeedForward + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "bloom", "n_embed": 8, "n_layer": 2, "n_head": 2, "vocab_size": 11 }""", (11 * 8) + Norm + (2 * (Attention + FeedForward + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "falcon", """ + Plain + " }", (11 * 8) + (2 * ((8 * 16) + (8 * 8) + (2 * 8 * 32) + Norm)) + Norm)]
    [InlineData("""{ "model_type": "RefinedWeb", "parallel_attn": true, "hidden_size": 8, "n_layer": 2, "n_head": 2, "n_head_kv": 1, "vocab_size": 11 }""", (11 * 8) + (2 * ((8 * 16) + (8 * 8) + (2 * 8 * 32) + (2 * Norm))) + Norm)]
    [InlineData("""{ "model_type": "RefinedWebModel", "parallel_attn": true, "multi_query": true, "hidden_size": 8, "n_layer": 2, "n_head": 2, "vocab_size": 11 }""", (11 * 8) + (2 * ((8 * 16) + (8 * 8) + (2 * 8 * 32) + Norm)) + Norm)]
    [InlineData("""{ "model_type": "mpt", "d_model": 8, "n_layers": 2, "n_heads": 2, "vocab_size": 11 }""", (11 * 8) + (2 * ((8 * 24) + (8 * 8) + (2 * 8 * 32) + (2 * 8))) + 8)]
    [InlineData("""{ "model_type": "phi", "intermediate_size": 32, """ + Plain + " }", (2 * 11 * 8) + 11 + (2 * ((4 * Output) + FeedForward + Norm)) + Norm)]
    [InlineData("""{ "model_type": "phi-msft", """ + Gpt + " }", (2 * 64 * 8) + 64 + (2 * (Attention + FeedForward + Norm)) + Norm)]
    [InlineData("""{ "model_type": "qwen", "kv_channels": 4, "intermediate_size": 32, """ + Plain + " }", (2 * 11 * 8) + (2 * ((8 * 24) + 24 + (8 * 8) + (3 * 8 * 16) + (2 * 8))) + 8)]
    [InlineData(
        """{ "model_type": "chatglm", "hidden_size": 8, "num_layers": 2, "num_attention_heads": 2, "kv_channels": 4, "ffn_hidden_size": 32, "multi_query_attention": true, "add_qkv_bias": true, "padded_vocab_size": 11 }""",
        (2 * 11 * 8) + (2 * ((8 * 16) + 16 + (8 * 8) + (8 * 64) + (32 * 8) + (2 * 8))) + 8)]
    [InlineData("""{ "model_type": "exaone", "num_key_value_heads": 1, """ + Plain + " }", (11 * 8) + (2 * ((2 * 8 * 8) + (2 * 8 * 4) + (3 * 8 * 32) + (2 * 8))) + 8)]
    [InlineData("""{ "n_embd": 8, "n_layer": 2, "n_head": 2, "block_size": 5, "vocab_size": 11, "bias": true, "dropout": 0.0 }""", (11 * 8) + (5 * 8) + (2 * (Attention + FeedForward + (2 * Norm))) + Norm)]
    [InlineData(
        """{ "emb_dim": 8, "n_layers": 2, "n_heads": 2, "context_length": 5, "vocab_size": 11, "qkv_bias": false, "drop_rate": 0.1 }""",
        (2 * 11 * 8) + (5 * 8) + (2 * ((3 * 8 * 8) + Output + FeedForward + (2 * Norm))) + Norm)]
    public void A_small_model_has_the_parameters_of_its_shapes(string config, long parameters) => Assert.Equal(parameters, OwnForm.Read(config).Parameters);

    /// <summary>Salesforce/codegen-350M; EleutherAI/gpt-neo-1.3B and mosaicml/mpt-7b are their class's defaults but for the shown fields.</summary>
    [Theory]
    [InlineData("""{ "model_type": "codegen", "n_embd": 1024, "n_head": 16, "n_layer": 20, "rotary_dim": 32, "n_ctx": 2048, "vocab_size": 51200 }""", 356_712_448)]
    [InlineData("""{ "model_type": "gpt_neo" }""", 1_315_575_808)]
    [InlineData("""{ "model_type": "falcon" }""", 6_921_720_704)]
    [InlineData("""{ "model_type": "gpt_neox", "hidden_size": 512, "num_hidden_layers": 6, "num_attention_heads": 8, "intermediate_size": 2048, "vocab_size": 50304 }""", 70_426_624)]
    public void Defaults_are_those_of_the_class(string config, long parameters) => Assert.Equal(parameters, OwnForm.Read(config).Parameters);

    /// <summary>A number that is no count, or too large to be multiplied, is one line.</summary>
    [Fact]
    public void Each_size_may_not_be_absurd()
    {
        foreach (var config in (string[])["\"model_type\": \"bloom\", \"hidden_size\"", "\"model_type\": \"mpt\", \"expansion_ratio\"", "\"model_type\": \"chatglm\", \"num_layers\"",
            "\"model_type\": \"gpt_neo\", \"num_layers\"", "\"model_type\": \"opt\", \"ffn_dim\"", "\"emb_dim\": 8, \"n_heads\": 2, \"n_layers\": 2, \"context_length\"",
            "\"n_layer\": 2, \"n_head\": 2, \"n_embd\": 8, \"block_size\""])
        {
            foreach (var value in (string[])["0", "-1", "1.5", "2147483648", "\"8\""])
                Assert.StartsWith("m.json: ", Assert.ThrowsAny<InputException>(() => OwnForm.Read($"{{ {config}: {value} }}")).Message, StringComparison.Ordinal);
        }
        Assert.Contains("at most", Assert.ThrowsAny<InputException>(() => OwnForm.Read("""{ "model_type": "bloom", "hidden_size": 2147483640 }""")).Message, StringComparison.Ordinal);
        Assert.Contains("its sizes exceed 64-bit counts; expected a smaller model", Assert.ThrowsAny<InputException>(() => OwnForm.Read(
            """{ "model_type": "qwen", "kv_channels": 2147483647, "num_attention_heads": 2147483647 }""")).Message, StringComparison.Ordinal);
        Assert.Contains("num_layers is 4001", Assert.ThrowsAny<InputException>(() => OwnForm.Read("""{ "model_type": "exaone", "num_layers": 4001 }""")).Message, StringComparison.Ordinal);
    }
}
