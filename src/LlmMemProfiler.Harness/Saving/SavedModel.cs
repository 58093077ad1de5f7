using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Saving;

/// <summary>
/// Writes a run's model for transformers. The weights come from their files or depend only on the seed, so they are made again on the
/// CPU, tensor by tensor, after the measurement.
/// </summary>
public static class SavedModel
{
    private const long ChunkElements = 1 << 24;

    /// <summary>Writes <c>model.safetensors</c> and <c>config.json</c>, each complete or not at all.</summary>
    /// <param name="folder">Created if missing.</param>
    /// <param name="request">The run.</param>
    /// <exception cref="Core.InputException">transformers' GPT-2 cannot represent the model, or the files of its weights have changed.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static void Write(string folder, RunRequest request)
    {
        var tensors = Gpt2Checkpoint.Tensors(request.Model, request.Workload);
        Directory.CreateDirectory(folder);
        using var weights = new SafetensorsWriter(Path.Combine(folder, Gpt2Checkpoint.Weights), [.. tensors.Select(t => t.Saved)]);
        using var filler = new ModelFiller(request.Model, request.Seed, request.Weights);
        foreach (var tensor in tensors)
            Write(weights, filler, tensor);
        weights.Complete();
        OutputFile.Write(Path.Combine(folder, Gpt2Checkpoint.Config), Gpt2Checkpoint.Configuration(request.Model, request.Workload.Type));
    }

    private static void Write(SafetensorsWriter file, ModelFiller filler, CheckpointTensor tensor)
    {
        using var made = empty([.. tensor.Spec.Shape], tensor.Spec.Type.ToTorch());
        filler.Fill(tensor.Spec, new Dictionary<string, Tensor> { [tensor.Spec.Name] = made });
        using var turned = tensor.IsTransposed ? made.t() : made.alias();
        using var saved = turned.contiguous();
        using var flat = saved.view(-1);
        for (long first = 0, total = flat.shape[0]; first < total; first += ChunkElements)
        {
            using var chunk = flat.narrow(0, first, Math.Min(ChunkElements, total - first));
            file.Write(chunk.bytes);
        }
    }
}
