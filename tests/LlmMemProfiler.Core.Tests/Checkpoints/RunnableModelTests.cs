using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

/// <summary>What a model's folder has beside its config, and whether it is run.</summary>
public sealed class RunnableModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model-00002-of-00003.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    [InlineData("gpt2.Q4_K_M.gguf")]
    [InlineData("GPT2.GGUF")]
    [InlineData("tf_model.h5")]
    [InlineData("flax_model.msgpack")]
    public void Weights_that_are_not_loaded_are_refused_so_that_others_do_not_pass_for_them(string file)
    {
        var config = folder.With("config.json", Gpt2Form.Valid);
        folder.With(file, "");

        foreach (var path in (string[])[folder.Path, config])
        {
            var e = Assert.Throws<FieldException>(() => RunnableModel.Find(path, randomWeights: false));
            Assert.StartsWith($"{path}: contains weights ({file}), which are not loaded", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("random ones of the same sizes, --random-weights", e.Renamed(_ => "--random-weights").Message, StringComparison.Ordinal);
            Assert.Null(RunnableModel.Find(path, randomWeights: true).Weights);
            // An estimate needs no values.
            Assert.Equal(768, ModelPresets.Find(path).DModel);
        }
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("training_args.bin")]
    [InlineData("README.md")]
    public void A_folder_with_other_files_has_random_weights(string file)
    {
        folder.With("config.json", Gpt2Form.Valid);
        folder.With(file, "");

        var (model, weights, _) = RunnableModel.Find(folder.Path, randomWeights: false);
        Assert.Equal(768, model.DModel);
        Assert.Null(weights);
    }

    [Fact]
    public void Weights_beside_a_model_file_of_another_name_are_not_its_own()
    {
        folder.With("model.safetensors", "");

        Assert.Equal(96, RunnableModel.Find(folder.With("mine.json", OwnForm.Valid), randomWeights: false).Model.DModel);
        Assert.Equal("tiny", RunnableModel.Find("tiny", randomWeights: false).Model.Name);
    }

    [Fact]
    public void A_damaged_file_is_refused_unless_weights_are_random()
    {
        folder.With("config.json", Gpt2Form.Valid);
        folder.With("model.safetensors", "short");

        Assert.Contains("begins with 8 bytes", Assert.Throws<InputException>(() => RunnableModel.Find(folder.Path, randomWeights: false)).Message, StringComparison.Ordinal);
        Assert.Null(RunnableModel.Find(folder.Path, randomWeights: true).Weights);
    }

    [Theory]
    [InlineData("""{"quant_method": "gptq", "bits": 4, "group_size": 128}""", "quantized by gptq")]
    [InlineData("""{"quant_method": "awq", "bits": 4, "group_size": 128}""", "quantized by awq")]
    [InlineData("""{"quant_method": "bitsandbytes", "load_in_4bit": true}""", "quantized by bitsandbytes")]
    [InlineData("""{"quant_method": "fp8", "weight_block_size": [128, 128]}""", null)]
    public void Quantized_weights_are_counted_and_only_FP8_is_run(string config, string? words)
    {
        folder.With("config.json", Gpt2Form.With("quantization_config", config));

        if (words is null)
            Assert.Null(RunnableModel.Find(folder.Path, randomWeights: false).Model.Quantization);
        else
            Assert.Contains(words, Assert.Throws<InputException>(() => RunnableModel.Find(folder.Path, randomWeights: false)).Message, StringComparison.Ordinal);
        Assert.NotNull(ModelPresets.Find(folder.Path).Quantization);
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
