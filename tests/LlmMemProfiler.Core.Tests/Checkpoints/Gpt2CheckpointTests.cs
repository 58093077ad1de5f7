using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

public class Gpt2CheckpointTests
{
    [Fact]
    public void Names_and_shapes_are_those_of_transformers()
    {
        var saved = Gpt2Checkpoint.Tensors(ModelPresets.Find("gpt2"), new()).ToDictionary(t => t.Saved.Name, t => string.Join('x', t.Saved.Shape));
        Assert.Equal(2 + (12 * 12) + 2, saved.Count);
        Assert.Equal("50257x768", saved["transformer.wte.weight"]);
        Assert.Equal("1024x768", saved["transformer.wpe.weight"]);
        Assert.Equal("768x2304", saved["transformer.h.11.attn.c_attn.weight"]);
        Assert.Equal("2304", saved["transformer.h.11.attn.c_attn.bias"]);
        Assert.Equal("768x768", saved["transformer.h.0.attn.c_proj.weight"]);
        Assert.Equal("768x3072", saved["transformer.h.0.mlp.c_fc.weight"]);
        Assert.Equal("3072x768", saved["transformer.h.0.mlp.c_proj.weight"]);
        Assert.Equal("768", saved["transformer.ln_f.bias"]);
        Assert.Equal("768", saved["transformer.h.3.ln_2.weight"]);
    }

    [Fact]
    public void An_output_layer_of_its_own_is_no_Conv1D()
    {
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { TiedOutput = false }).Model("test");
        var output = Gpt2Checkpoint.Tensors(model, new())[^1];
        Assert.Equal(("lm_head.weight", false), (output.Saved.Name, output.IsTransposed));
        Assert.Equal([500, 64], output.Saved.Shape);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt2-xl")]
    [InlineData("tiny")]
    public void The_config_reads_back_as_the_model(string name)
    {
        var model = ModelPresets.Find(name);
        Assert.Equal(model with { StoredType = DataType.BFloat16 }, ModelFile.Read(Gpt2Checkpoint.Configuration(model, DataType.BFloat16), "config.json", "m"));
    }

    [Theory]
    [InlineData("guide-354m", "linear layers without biases")]
    [InlineData("tiny-gqa", "fewer key/value heads")]
    public void A_model_that_GPT2_is_not_is_refused(string name, string words) =>
        Assert.Contains(words, Assert.ThrowsAny<InputException>(() => Gpt2Checkpoint.Tensors(ModelPresets.Find(name), new())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("llama, one head of keys, biases")]
    [InlineData("olmo2")]
    [InlineData("gemma")]
    public void Another_architecture_is_refused(string name) => Assert.Contains(
        "is no GPT-2", Assert.ThrowsAny<InputException>(() => Gpt2Checkpoint.Tensors(TinyModels.Find(name), new())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_GPT2_with_another_activation_is_refused()
    {
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { Activation = Activation.Relu }).Model("test");
        Assert.Contains("is no GPT-2", Assert.ThrowsAny<InputException>(() => Gpt2Checkpoint.Tensors(model, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantised_weights_are_refused() =>
        Assert.Contains(
            "dtype fp32, fp16 or bf16",
            Assert.ThrowsAny<InputException>(() => Gpt2Checkpoint.Tensors(ModelPresets.Find("gpt2"), new() { Type = DataType.Int8 })).Message,
            StringComparison.Ordinal);
}
