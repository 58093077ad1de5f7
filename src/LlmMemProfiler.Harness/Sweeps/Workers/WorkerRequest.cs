using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>A request to a worker process: one line of JSON on its stdin, which stays open until it answers.</summary>
/// <param name="Device">As given on the command line.</param>
/// <param name="Libtorch">Folder of another libtorch; null for the program's own.</param>
/// <param name="Model">The model to measure; null to query only device and host.</param>
/// <param name="Workload">The workload to measure.</param>
/// <param name="Seed">Seed of the weights and the prompt.</param>
/// <param name="AllowBusy">True if other processes may be using the GPU.</param>
/// <param name="Parent">The process that started the worker and without which it must not live; null if only the pipe tells.</param>
public sealed record WorkerRequest(string Device, string? Libtorch, WorkerModel? Model, Workload? Workload, long Seed, bool AllowBusy = false, int? Parent = null);
