using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>What happens in a sweep; told one after the other, never two at once.</summary>
/// <param name="Lane">On which device.</param>
/// <param name="Job">To which measurement.</param>
/// <param name="State">Where its worker is; null at its beginning and its end.</param>
/// <param name="Record">Its record, which is on the disk by now; null before its end.</param>
public sealed record SweepEvent(SweepLane Lane, SweepJob Job, WorkerState? State, RunRecord? Record);
