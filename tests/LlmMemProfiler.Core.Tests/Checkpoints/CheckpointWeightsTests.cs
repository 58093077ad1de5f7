using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

/// <summary>Which tensor a weight is read from, and which faults of a checkpoint are named.</summary>
public class CheckpointWeightsTests
{
    private const string UpName = "transformer.h.0.mlp.c_fc.weight";

    /// <summary>Two layers of width 64, as transformers' GPT-2 names and shapes them.</summary>
    private static readonly ModelSpec Tiny = ModelPresets.Find("tiny");

    private static readonly ModelSpec Blocked = Tiny with { Quantization = new("fp8", new Fp8Format(128, 128, "weight_scale_inv", "F32"), []) };

    private readonly List<FileTensor> tensors = [.. Tiny.FileTensors(DataType.Float16)];

    [Fact]
    public void Each_weight_has_its_tensor_and_the_blocks_linear_layers_theirs_transposed()
    {
        var weights = Of(Tiny);

        Assert.Equal(TensorTable.For(Tiny, new()).Tensors.Where(t => t.Part == Part.Weights).Select(t => t.Name).Order(), weights.ByName.Keys.Order());
        Assert.Equal("transformer.wte.weight", weights.ByName["wte.weight"].Tensor.Name);
        Assert.Equal(
            ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"],
            weights.ByName.Where(w => w.Value.IsTransposed).Select(w => w.Key["h.0.".Length..^".weight".Length]).Distinct().Order());
        Assert.Equal(140_288 * 2, weights.Size.Bytes);
    }

    /// <summary>openai-community/gpt2's file has no prefix, and the masks of its attention; others have the tied output layer too.</summary>
    [Fact]
    public void The_tensors_of_a_base_model_and_what_is_computed_or_tied_are_no_faults()
    {
        tensors.AddRange(New("transformer.h.0.attn.bias", "F32", 1, 1, 128, 128), New("lm_head.weight", "F16", 500, 64));
        Assert.Equal("transformer.wte.weight", Of(Tiny).ByName["wte.weight"].Tensor.Name);

        tensors.RemoveAll(t => t.Name == "lm_head.weight");
        for (var i = 0; i < tensors.Count; i++)
            tensors[i] = tensors[i] with { Name = tensors[i].Name["transformer.".Length..] };
        Assert.Equal("wte.weight", Of(Tiny).ByName["wte.weight"].Tensor.Name);
    }

    [Fact]
    public void Missing_further_misshapen_and_packed_tensors_are_named_in_one_line()
    {
        tensors.RemoveAll(t => t.Name is "transformer.ln_f.weight" or "transformer.ln_f.bias" or "transformer.wpe.weight" or "transformer.h.1.ln_1.bias");
        Replace("transformer.wte.weight", New("transformer.wte.weight", "F16", 501, 64));
        Replace("transformer.h.0.mlp.c_fc.bias", New("transformer.h.0.mlp.c_fc.bias", "I32", 256));
        tensors.Add(New("transformer.other\n.weight", "F16", 3));

        var message = Refused(Tiny);
        Assert.StartsWith("folder: its weights are not those of its config: ", message, StringComparison.Ordinal);
        Assert.Contains("4 without a tensor (transformer.h.1.ln_1.bias, transformer.ln_f.bias, transformer.ln_f.weight, …)", message, StringComparison.Ordinal);
        Assert.Contains("1 of another shape (transformer.wte.weight is 501x64 and would be 500x64)", message, StringComparison.Ordinal);
        Assert.Contains("1 in a type that is not loaded (transformer.h.0.mlp.c_fc.bias is in I32)", message, StringComparison.Ordinal);
        Assert.Contains(@"1 tensors that no weight takes (transformer.other\u000a.weight)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_linear_layer_that_lies_as_it_is_used_is_of_another_shape_where_it_should_be_transposed()
    {
        Replace(UpName, New(UpName, "F16", 256, 64));

        Assert.Contains("c_fc.weight is 256x64 and would be 64x256", Refused(Tiny), StringComparison.Ordinal);
    }

    /// <summary>Blocks of 128 x 128 in [64, 256], as the file has it: one down, two across.</summary>
    [Fact]
    public void FP8_needs_the_scales_that_the_config_describes()
    {
        Replace(UpName, New(UpName, "F8_E4M3", 64, 256));
        Assert.Contains("1 without a tensor (transformer.h.0.mlp.c_fc.weight_scale_inv)", Refused(Blocked), StringComparison.Ordinal);

        tensors.Add(New("transformer.h.0.mlp.c_fc.weight_scale_inv", "F32", 2, 1));
        tensors.Add(New("transformer.h.0.mlp.c_fc.input_scale", "F32", 1));
        Assert.Equal((128, 128, 2L), Of(Blocked).ByName["h.0.mlp.c_fc.weight"].Scales is { } s ? (s.Rows, s.Columns, s.Tensor.Shape[0]) : default);

        Replace("transformer.h.0.mlp.c_fc.weight_scale_inv", New("transformer.h.0.mlp.c_fc.weight_scale_inv", "F32", 3));
        Assert.Contains("weight_scale_inv is 3 and would be 1x2", Refused(Blocked), StringComparison.Ordinal);
        // Without a word of it in the config, scales are tensors like any other.
        Assert.Contains("2 tensors that no weight takes", Refused(Tiny), StringComparison.Ordinal);
    }

    [Fact]
    public void Towers_and_further_layers_are_none_of_the_decoder_where_the_config_has_them()
    {
        tensors.Add(New("vision_tower.weight", "F16", 3));
        tensors.Add(New("transformer.h.2.ln_1.bias", "F16", 64));
        Assert.Contains("2 tensors that no weight takes", Refused(Tiny), StringComparison.Ordinal);

        var whole = Tiny with { LeftOut = ["vision_config"] };
        Assert.Equal("transformer.wte.weight", Of(whole).ByName["wte.weight"].Tensor.Name);
        tensors.Add(New("transformer.h.1.ln_3.bias", "F16", 64));
        Assert.Contains("1 tensors that no weight takes (transformer.h.1.ln_3.bias)", Refused(whole), StringComparison.Ordinal);
    }

    private CheckpointWeights Of(ModelSpec model) => CheckpointWeights.Of(model, new("safetensors", ["model.safetensors"], tensors), "folder");

    private string Refused(ModelSpec model) => Assert.Throws<FieldException>(() => Of(model)).Message;

    private void Replace(string name, FileTensor tensor) => tensors[tensors.FindIndex(t => t.Name == name)] = tensor;

    private static FileTensor New(string name, string type, params long[] shape)
    {
        var element = ElementType.Safetensors[type];
        return new(name, shape, element, element.Bytes(shape.Aggregate(1L, (product, n) => product * n))!.Value);
    }
}
