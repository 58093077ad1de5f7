using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A point to measure.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload, validated for the model.</param>
/// <param name="Seed">Seed of the prompt, and of random weights.</param>
public sealed record RunRequest(ModelSpec Model, Workload Workload, long Seed)
{
    /// <summary>What the weights are read from; null for random ones.</summary>
    public CheckpointWeights? Weights { get; init; }

    /// <summary>A prompt of the user's own; null for a random one.</summary>
    public TextPrompt? Prompt { get; init; }

    /// <summary>Receives the logits of each pass that has any; not measured, but takes time. May be null.</summary>
    public Action<torch.Tensor>? OnLogits { get; init; }
}
