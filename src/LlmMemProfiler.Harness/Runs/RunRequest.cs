using LlmMemProfiler.Core.Models;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>One point to measure.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload, validated for the model.</param>
/// <param name="Seed">Of weights and prompt.</param>
public sealed record RunRequest(ModelSpec Model, Workload Workload, long Seed)
{
    /// <summary>Sees the logits of each pass that has any; nothing is measured meanwhile, but it costs time. Null where nobody wants them.</summary>
    public Action<torch.Tensor>? OnLogits { get; init; }
}
