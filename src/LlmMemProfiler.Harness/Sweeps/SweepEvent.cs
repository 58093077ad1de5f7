using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>An event in a sweep; events are reported one at a time.</summary>
/// <param name="Lane">The device.</param>
/// <param name="Job">The measurement.</param>
/// <param name="State">Its worker's progress; null at the beginning and the end.</param>
/// <param name="Record">Its record, already on disk; null before the end.</param>
public sealed record SweepEvent(SweepLane Lane, SweepJob Job, WorkerState? State, RunRecord? Record);
