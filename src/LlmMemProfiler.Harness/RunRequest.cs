using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Harness;

/// <summary>One point to measure.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload, validated for the model.</param>
/// <param name="Seed">Of weights and prompt.</param>
public sealed record RunRequest(ModelSpec Model, Workload Workload, long Seed);
