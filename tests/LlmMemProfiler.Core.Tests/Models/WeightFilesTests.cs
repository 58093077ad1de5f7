using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Weights in a model's folder are not loaded, so whoever would run the model is told.</summary>
public sealed class WeightFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model-00002-of-00003.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    [InlineData("gpt2.Q4_K_M.gguf")]
    [InlineData("GPT2.GGUF")]
    [InlineData("tf_model.h5")]
    [InlineData("flax_model.msgpack")]
    public void A_folder_with_weights_is_refused_and_so_is_the_config_in_it(string file)
    {
        var config = folder.With("config.json", Gpt2Form.Valid);
        folder.With(file, "");

        foreach (var path in (string[])[folder.Path, config])
        {
            var e = Assert.Throws<FieldException>(() => ModelPresets.FindToRun(path, randomWeights: false));
            Assert.StartsWith($"{folder.Path}: contains weights ({file})", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("use --random-weights", e.Renamed(_ => "--random-weights").Message, StringComparison.Ordinal);
            Assert.Equal(768, ModelPresets.FindToRun(path, randomWeights: true).DModel);
            // An estimate needs no values.
            Assert.Equal(768, ModelPresets.Find(path).DModel);
        }
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("training_args.bin")]
    [InlineData("README.md")]
    public void A_folder_with_other_files_is_read(string file)
    {
        folder.With("config.json", Gpt2Form.Valid);
        folder.With(file, "");

        Assert.Equal(768, ModelPresets.FindToRun(folder.Path, randomWeights: false).DModel);
    }

    [Fact]
    public void Weights_beside_a_model_file_of_another_name_are_not_its_own()
    {
        folder.With("logits.safetensors", "");

        Assert.Equal(96, ModelPresets.FindToRun(folder.With("mine.json", OwnForm.Valid), randomWeights: false).DModel);
        Assert.Equal("tiny", ModelPresets.FindToRun("tiny", randomWeights: false).Name);
    }

    [Fact]
    public void A_place_put_before_the_error_leaves_its_fields_to_be_renamed()
    {
        var e = new FieldException($"{new Field("new_tokens")} is 0; expected more").At("plan.json");

        Assert.Equal("plan.json: new_tokens is 0; expected more", e.Message);
        Assert.Equal("plan.json: --new-tokens is 0; expected more", e.Renamed(_ => "--new-tokens").Message);
    }

    public void Dispose() => folder.Dispose();
}
