using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>One model under one workload, as a plan names it; with a device it becomes a point of a sweep.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="ModelFacts">The model as records name it.</param>
public sealed record SweepPoint(ModelSpec Model, Workload Workload, ModelFacts ModelFacts)
{
    /// <summary>The workload as records name it: equal ones ask for the same work.</summary>
    public WorkloadFacts WorkloadFacts { get; } = WorkloadFacts.Of(Workload);

    /// <summary>The identity of this point on a device.</summary>
    /// <param name="device">What it is measured on.</param>
    /// <param name="allocator">The allocator's settings; empty for the default.</param>
    public PointKey Key(DeviceKind device, string allocator) => new(ModelFacts, WorkloadFacts, device, allocator);
}
