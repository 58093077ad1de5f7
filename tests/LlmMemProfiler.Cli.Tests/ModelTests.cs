using System.Globalization;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>What <c>llmmem model</c> says beside its numbers.</summary>
public class ModelTests
{
    /// <summary>A Llama of one head, d 8, d_ff 8 and V 10, whose output layer is its embedding.</summary>
    private const string Config =
        """{ "model_type": "llama", "hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 1, "vocab_size": 10, "max_position_embeddings": 40, "tie_word_embeddings": true, """;

    [Fact]
    public async Task Types_lists_each_model_type_on_a_line_of_its_own()
    {
        var lines = (await Llmmem.Run("model", "--types")).Quietly().Output.Split('\n');

        Assert.Equal("", lines[^1]);
        Assert.Equal(DecoderTypes.All, lines[..^1]);
        Assert.Equal(lines[..^1].Order(StringComparer.OrdinalIgnoreCase), lines[..^1]);
        Assert.All(["gpt2", "llama", "qwen3_next", "deepseek_v3", "minicpmv"], (string type) => Assert.Contains(type, lines));
    }

    [Theory]
    [InlineData("41", "--length 41 is more than the 40 positions of")]
    [InlineData("40", "")]
    public async Task A_length_beyond_the_positions_is_counted_and_remarked_on(string length, string remark)
    {
        using var folder = new TemporaryFolder();
        var ended = (await Llmmem.Run("model", folder.With("config.json", Config + """ "num_hidden_layers": 1 }"""), "--length", length, "--json")).Well();

        Assert.Contains(remark, ended.Error, StringComparison.Ordinal);
        Assert.Equal(remark.Length == 0, ended.Error.Length == 0);
        Assert.Equal(int.Parse(length, CultureInfo.InvariantCulture), ended.Json.GetProperty("length").GetInt32());
    }

    /// <summary>The words of one layer and of more: a table by groups, what a group is, and what is kept of a token.</summary>
    [Theory]
    [InlineData(1, "layer 0", "1 layer x 16 elements")]
    [InlineData(2, "layers 0-1", "2 layers x 16 elements")]
    public async Task One_layer_is_a_layer_and_more_are_layers(int layers, string group, string cache)
    {
        using var folder = new TemporaryFolder();
        var output = (await Llmmem.Run("model", folder.With("config.json", $$"""{{Config}} "num_hidden_layers": {{layers}} }"""))).Quietly().Output;

        // Four matrices of attention and three of a gated feed-forward layer, all of 8 x 8, and two norms of 8.
        Assert.Matches($@"{group} +│? *{layers} +│? *464 +│? *{464 * layers}", output);
        Assert.Contains($"\n{group}: ", output, StringComparison.Ordinal);
        Assert.Contains($"kept of a token: {cache}", output, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $": {(10 * 8) + 8 + (464 * layers):N0} parameters"), output, StringComparison.Ordinal);
    }
}
