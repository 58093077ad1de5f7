using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>A model in the form that transformers' <c>GPT2LMHeadModel</c> loads: tensor names and shapes, and <c>config.json</c>.</summary>
/// <remarks>
/// transformers, <c>models/gpt2/modeling_gpt2.py</c> and <c>pytorch_utils.py</c>: the blocks' linear layers are <c>Conv1D</c> with
/// weights [in, out], the transpose of ours; the output layer is tied, or a <c>Linear</c>, [out, in].
/// </remarks>
public static class Gpt2Checkpoint
{
    public const string Weights = "model.safetensors";
    public const string Config = "config.json";

    /// <summary>The model's tensors in table order, with their names and shapes in the checkpoint.</summary>
    /// <exception cref="InputException">The model or weights have no GPT-2 equivalent.</exception>
    public static IReadOnlyList<CheckpointTensor> Tensors(ModelSpec model, Workload workload)
    {
        Require(model, workload);
        var specs = TensorTable.For(model, workload).Tensors.Where(t => t.Part == Part.Weights);
        return [.. specs.Zip(model.StoredWeights, (spec, stored) => new CheckpointTensor(spec, new(stored.Name, spec.Type, stored.StoredShape), stored.IsTransposed))];
    }

    /// <summary>Content of <c>config.json</c>, with dropout off for reproducible results.</summary>
    public static byte[] Configuration(ModelSpec model, DataType type)
    {
        var sizes = GptSizes.Of(model);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue("GPT2LMHeadModel");
            json.WriteEndArray();
            json.WriteString("model_type", "gpt2");
            json.WriteString("_name_or_path", model.Name);
            json.WriteNumber("vocab_size", model.Vocabulary);
            json.WriteNumber("n_positions", model.Positions);
            json.WriteNumber("n_ctx", model.Positions);
            json.WriteNumber("n_embd", model.DModel);
            json.WriteNumber("n_layer", model.Layers);
            json.WriteNumber("n_head", sizes.Heads);
            json.WriteNumber("n_inner", sizes.DFf);
            json.WriteString("activation_function", "gelu_new");
            json.WriteNumber("layer_norm_epsilon", sizes.NormEpsilon);
            foreach (var dropout in (string[])["attn_pdrop", "embd_pdrop", "resid_pdrop"])
                json.WriteNumber(dropout, 0);
            json.WriteBoolean("tie_word_embeddings", model.TiedOutput);
            json.WriteBoolean("use_cache", true);
            json.WriteNumber("bos_token_id", model.Vocabulary - 1);
            json.WriteNumber("eos_token_id", model.Vocabulary - 1);
            json.WriteString("torch_dtype", type switch
            {
                DataType.Float32 => "float32",
                DataType.Float16 => "float16",
                DataType.BFloat16 => "bfloat16",
                _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of unquantized weights"),
            });
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void Require(ModelSpec model, Workload workload)
    {
        if (!GptSizes.Describe(model) || GptSizes.Of(model).Activation != Activation.GeluTanh)
            throw new InputException($"{model.Name} is no GPT-2, and would not be what transformers' GPT-2 loads; only models like gpt2-medium can be saved");
        var sizes = GptSizes.Of(model);
        var unsupported = sizes switch
        {
            { LinearBias: false } => "linear layers without biases",
            { FinalNorm: false } => "no final LayerNorm",
            _ when sizes.KvHeads != sizes.Heads => "fewer key/value heads than query heads",
            _ => null,
        };
        if (unsupported is not null)
            throw new InputException($"{model.Name} has {unsupported}, which transformers' GPT-2 does not support; only models like gpt2-medium can be saved");
        if (workload.Type == DataType.Int8)
            throw new FieldException($"INT8 weights have scales, which transformers' GPT-2 does not support; to save them, use {new Field("dtype")} fp32, fp16 or bf16");
    }
}

/// <summary>A tensor of a model, and how it is saved.</summary>
/// <param name="Spec">In the model.</param>
/// <param name="Saved">In the checkpoint.</param>
/// <param name="IsTransposed">True if it is saved transposed.</param>
public sealed record CheckpointTensor(TensorSpec Spec, NamedTensor Saved, bool IsTransposed);
