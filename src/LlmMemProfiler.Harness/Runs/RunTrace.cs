using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A run's traces, while they are there: once the run is over they are gone.</summary>
/// <param name="Record">What was measured.</param>
/// <param name="Measured">Every event, from loading on; can be read more than once.</param>
/// <param name="Predict">Sends the predicted events to a sink.</param>
/// <param name="Origin">The run's start, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
public sealed record RunTrace(RunRecord Record, IEnumerable<AllocationEvent> Measured, Action<IAllocationSink> Predict, long Origin);
