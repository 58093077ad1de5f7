using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A run's traces, available only until the run is over.</summary>
/// <param name="Record">The run's record.</param>
/// <param name="Measured">Every event, starting with loading; can be read repeatedly.</param>
/// <param name="Predict">Sends the predicted events to a sink.</param>
/// <param name="Origin">The run's start, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
public sealed record RunTrace(RunRecord Record, IEnumerable<AllocationEvent> Measured, Action<IAllocationSink> Predict, long Origin);
