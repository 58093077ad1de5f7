using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Storage;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>A model that can be run.</summary>
/// <param name="Model">The model, as it is run: FP8 weights are brought to the compute type.</param>
/// <param name="Weights">What its weights are read from; null for random ones.</param>
/// <param name="Path">The file or folder that it is read from; null for a preset.</param>
public sealed record RunnableModel(ModelSpec Model, CheckpointWeights? Weights, string? Path)
{
    /// <summary>As <see cref="ModelPresets.Find"/>, with the weights in the model's folder.</summary>
    /// <param name="nameOrPath">A preset, a file, a folder, or a name of Hugging Face's cache.</param>
    /// <param name="randomWeights">True to leave alone the weights in the model's folder.</param>
    /// <exception cref="InputException">As for <see cref="ModelPresets.Find"/>; the model is not executed; or its weights cannot be loaded.</exception>
    public static RunnableModel Find(string nameOrPath, bool randomWeights)
    {
        var described = ModelPresets.Find(nameOrPath);
        var model = Fp8Format.Of(described.Quantization) is null ? described : described with { Quantization = null };
        if (model.Quantization is { } quantization)
        {
            throw new InputException(
                $"{nameOrPath}: its weights are quantized by {quantization.Method}, and libtorch has no operations for them; expected FP32, FP16, BF16 or FP8 (an estimate counts those of this one)");
        }
        if (Unexecuted.In(model) is { } what)
            throw new InputException($"{model.Name} has {what}, which cannot be run yet; expected a model without (an estimate tells what the weights and cache of this one take)");
        var path = ModelPresets.PathOf(nameOrPath);
        return new(model, randomWeights || path is null ? null : WeightsIn(path, described), path);
    }

    private static CheckpointWeights? WeightsIn(string path, ModelSpec model)
    {
        if (StoredCheckpoint.Find(path) is { } stored)
            return CheckpointWeights.Of(model, stored, path);
        // Running it with other weights would pass for running it.
        return WeightFiles.Find(path) is { } file
            ? throw new FieldException(
                $"{path}: contains weights ({file}), which are not loaded; expected {StoredCheckpoint.Single} or {StoredCheckpoint.Index}, or, to run with random ones of the same sizes, {new Field("random_weights")}")
            : null;
    }
}
