using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>What a worker process is asked: one line of JSON on its stdin, which stays open as long as the answer is wanted.</summary>
/// <param name="Device">As on the command line.</param>
/// <param name="Libtorch">Folder of another libtorch; null for the one of the program.</param>
/// <param name="Model">The model to measure; null to tell only what device and host are.</param>
/// <param name="Workload">The workload to measure.</param>
/// <param name="Seed">Of weights and prompt.</param>
/// <param name="AllowBusy">True where others may be on the GPU.</param>
public sealed record WorkerRequest(string Device, string? Libtorch, ModelSpec? Model, Workload? Workload, long Seed, bool AllowBusy = false);
