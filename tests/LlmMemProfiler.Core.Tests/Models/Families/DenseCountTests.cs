using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>
/// Parameters and cached elements of dense models with the names of Llama: of full size as remembered from their publishers' pages, which were
/// not looked up again, and of small size from a formula.
/// </summary>
public class DenseCountTests
{
    private const string NoHead = "\"head_dim\": null";

    [Theory]
    [InlineData("starcoder2", 3_030_371_328, 30 * 512, """
        {"hidden_size": 3072, "intermediate_size": 12288, "num_hidden_layers": 30, "num_attention_heads": 24, "head_dim": null, "vocab_size": 49152, "use_bias": true}
        """)]
    [InlineData("stablelm", 2_795_443_200, 32 * 5120, """
        {"hidden_size": 2560, "intermediate_size": 6912, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": null, "vocab_size": 50304}
        """)]
    [InlineData("cohere", 34_980_831_232, 40 * 16384, """
        {"hidden_size": 8192, "intermediate_size": 22528, "num_hidden_layers": 40, "num_attention_heads": 64, "num_key_value_heads": 64, "head_dim": null, "vocab_size": 256000}
        """)]
    [InlineData("cohere2", 8_028_033_024, 32 * 2048, """
        {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 256000}
        """)]
    [InlineData("exaone4", 1_279_391_488, 30 * 1024, """
        {"hidden_size": 2048, "intermediate_size": 4096, "num_hidden_layers": 30, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 102400, "tie_word_embeddings": true}
        """)]
    [InlineData("glm", 9_399_951_360, 40 * 512, """
        {"hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers": 40, "num_attention_heads": 32, "head_dim": 128, "vocab_size": 151552}
        """)]
    [InlineData("glm4", 9_400_279_040, 40 * 512, """
        {"hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers": 40, "num_attention_heads": 32, "head_dim": 128, "vocab_size": 151552}
        """)]
    [InlineData("olmo3", 7_298_011_136, 32 * 8192, """
        {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": null, "vocab_size": 100278}
        """)]
    [InlineData("baichuan", 13_896_668_160, 40 * 10240, """
        {"hidden_size": 5120, "intermediate_size": 13696, "num_hidden_layers": 40, "num_attention_heads": 40, "num_key_value_heads": null, "head_dim": null, "vocab_size": 125696}
        """)]
    [InlineData("qwen3", 32_762_123_264, 64 * 2048, """
        {"hidden_size": 5120, "intermediate_size": 25600, "num_hidden_layers": 64, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936}
        """)]
    [InlineData("gemma3_text", 999_885_952, 26 * 512, """
        {"hidden_size": 1152, "intermediate_size": 6912, "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "vocab_size": 262144}
        """)]
    [InlineData("phi3", 3_836_021_760, 32 * 2048, """
        {"hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 24, "num_key_value_heads": 8, "head_dim": null, "vocab_size": 200064, "tie_word_embeddings": true}
        """)]
    [InlineData("mistral", 8_019_808_256, 36 * 2048, """
        {"hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 131072}
        """)]
    [InlineData("stablelm", 12_143_185_920, 40 * 2560, """
        {"hidden_size": 5120, "intermediate_size": 13824, "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": null, "vocab_size": 100352, "qk_layernorm": true, "use_parallel_residual": true}
        """)]
    [InlineData("exaone4", 32_003_216_384, 64 * 2048, """
        {"hidden_size": 5120, "intermediate_size": 27392, "num_hidden_layers": 64, "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 102400}
        """)]
    [InlineData("glm4", 32_566_081_536, 61 * 512, """
        {"hidden_size": 6144, "intermediate_size": 23040, "num_hidden_layers": 61, "num_attention_heads": 48, "head_dim": 128, "vocab_size": 151552, "attention_bias": false}
        """)]
    [InlineData("granite", 2_533_539_840, 40 * 1024, """
        {"hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": null, "vocab_size": 49159, "tie_word_embeddings": true}
        """)]
    public void A_model_of_full_size_has_the_count_that_is_known_of_it(string type, long parameters, long cached, string fields)
    {
        var model = SmallConfig.Read(type, fields);

        Assert.Equal((type, parameters, cached), (type, model.Parameters, model.CachedElements));
    }

    /// <summary>Embedding and output V · d each; a layer q, o d · d, k, v d · d / 2, feed-forward 3 · d · d_ff; and the rest, of a layer and of the model.</summary>
    [Theory]
    [InlineData("mistral", 2 * 64, 64, false)]
    [InlineData("ministral3", 2 * 64, 64, false)]
    [InlineData("qwen2", 64 + 32 + 32 + (2 * 64), 64, false)]
    [InlineData("qwen3", (2 * 16) + (2 * 64), 64, false)]
    [InlineData("mimo", 64 + 32 + 32 + (2 * 64), 64, false)]
    [InlineData("gemma", 2 * 64, 64, true)]
    [InlineData("gemma2", 4 * 64, 64, true)]
    [InlineData("gemma3_text", (4 * 64) + (2 * 16), 64, true)]
    [InlineData("gemma3", (4 * 64) + (2 * 16), 64, true)]
    [InlineData("phi3", 2 * 64, 64, false)]
    [InlineData("olmo", 0, 0, false)]
    [InlineData("olmo2", 64 + 32 + (2 * 64), 64, false)]
    [InlineData("granite", 2 * 64, 64, false)]
    [InlineData("smollm3", 2 * 64, 64, true)]
    [InlineData("internlm2", 128 + 64 + (2 * 64), 64, false)]
    [InlineData("minicpm", 2 * 64, 64, true)]
    [InlineData("orion", 4 * 64, 2 * 64, false)]
    public void A_small_model_is_counted_by_hand(string type, long ofLayer, long ofModel, bool isTied)
    {
        var model = SmallConfig.Read(type, type is "minicpm" or "orion" ? "{" + NoHead + "}" : "{}");

        var layer = (2 * 64 * 64) + (64 * 64) + (3 * 64 * 96) + ofLayer;
        Assert.Equal(((isTied ? 1 : 2) * 100 * 64) + (4 * layer) + ofModel, model.Parameters);
        Assert.Equal(4 * 2 * 32, model.CachedElements);
    }

    /// <summary>Nemotron's feed-forward has two linear layers, and its norms have biases.</summary>
    [Fact]
    public void Nemotron_has_no_gate()
    {
        var model = SmallConfig.Read("nemotron");

        Assert.Equal((2 * 100 * 64) + (4 * ((3 * 64 * 64) + (2 * 64 * 96) + (4 * 64))) + (2 * 64), model.Parameters);
        Assert.Equal(NormKind.LayerNormFromOne, model.FinalNorm!.Kind);
        Assert.Equal((Activation.ReluSquared, false), (model.Blocks[0].Branches[1].Sublayer as FeedForward) is { } f ? (f.Activation, f.IsGated) : default);
        Assert.Equal(8, ((Rotary)model.Attention().Positions!).Width);
    }
}
