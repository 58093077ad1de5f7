using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

public class Gpt2FormTests
{
    [Fact]
    public void The_published_config_of_gpt2_is_the_preset() =>
        Assert.Equal(ModelPresets.Find("gpt2") with { Name = "m" }, OwnForm.Read(Gpt2Form.Valid));

    [Theory]
    [InlineData(null, 3072)]
    [InlineData("null", 3072)]
    [InlineData("1000", 1000)]
    public void The_feed_forward_layer_is_four_times_as_wide_unless_the_file_says_otherwise(string? literal, int width) =>
        Assert.Equal(width, GptSizes.Of(OwnForm.Read(Gpt2Form.With("n_inner", literal))).DFf);

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    [InlineData("null", true)]
    public void The_output_is_tied_unless_the_file_says_otherwise(string literal, bool tied) =>
        Assert.Equal(tied, OwnForm.Read(Gpt2Form.With("tie_word_embeddings", literal)).TiedOutput);

    [Fact]
    public void An_older_file_names_its_positions_n_ctx()
    {
        var older = OwnForm.Edited(Gpt2Form.With("n_positions", null), "n_ctx", "77");

        Assert.Equal(77, OwnForm.Read(older).Positions);
        Assert.Equal(55, OwnForm.Read(OwnForm.Edited(older, "n_positions", "55")).Positions);
    }

    [Theory]
    [InlineData("\"openai-community/gpt2\"", "gpt2")]
    [InlineData("\"models/mine/\"", "mine")]
    [InlineData("\"\"", "m")]
    [InlineData("\"/\"", "m")]
    public void The_name_is_the_end_of_the_path_it_was_trained_under(string literal, string name) =>
        Assert.Equal(name, OwnForm.Read(Gpt2Form.With("_name_or_path", literal)).Name);

    [Theory]
    [InlineData("model_type", "\"gpt-2\"", "model_type is 'gpt-2'; did you mean gpt2?")]
    [InlineData("model_type", "4", "model_type is 4")]
    [InlineData("n_embd", "1000000000", "n_embd")]
    [InlineData("n_head", "0", "n_head is 0")]
    [InlineData("n_inner", "-1", "n_inner is -1")]
    [InlineData("vocab_size", "\"NaN\"", "vocab_size")]
    [InlineData("tie_word_embeddings", "0", "tie_word_embeddings is 0")]
    [InlineData("layer_norm_epsilon", "\"small\"", "layer_norm_epsilon")]
    public void What_is_no_gpt2_is_refused(string field, string? literal, string naming)
    {
        var message = Assert.ThrowsAny<InputException>(() => OwnForm.Read(Gpt2Form.With(field, literal))).Message;

        Assert.StartsWith("m.json: ", message, StringComparison.Ordinal);
        Assert.Contains(naming, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_that_does_not_say_what_it_is_is_refused() => Assert.Contains(
        "model_type is missing", Assert.ThrowsAny<InputException>(() => OwnForm.Read("""{ "architectures": ["SomethingForCausalLM"], "hidden_act": "silu" }""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_type_that_no_weights_have_is_told() =>
        Assert.Equal(["torch_dtype 'float8'"], OwnForm.Read("""{ "model_type": "gpt2", "torch_dtype": "float8" }""").LeftOut);

    /// <summary>The numbers of transformers' <c>GPT2Config</c>.</summary>
    [Fact]
    public void What_is_not_given_is_as_its_class_says()
    {
        var model = OwnForm.Read("""{ "model_type": "gpt2", "n_layer": 2 }""");

        Assert.Equal((2, 768, 50257, 1024), (model.Layers, model.DModel, model.Vocabulary, model.Positions));
        Assert.Contains("n_embd 768 (GPT2Config)", model.FromClass);
        Assert.DoesNotContain(model.FromClass, size => size.StartsWith("n_layer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_stands_for_the_config_in_it_and_names_the_model()
    {
        using var folder = new TemporaryFolder();
        var model = Directory.CreateDirectory(Path.Combine(folder.Path, "my-gpt2"));
        File.WriteAllText(Path.Combine(model.FullName, "config.json"), Gpt2Form.Valid);

        Assert.Equal("my-gpt2", ModelFile.Read(model.FullName).Name);
        Assert.Equal(768, ModelFile.Read(model.FullName).DModel);
    }
}
