using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>A model and a workload from a plan; together with a device, a point of a sweep.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="ModelFacts">The model as in records.</param>
public sealed record SweepPoint(ModelSpec Model, Workload Workload, ModelFacts ModelFacts)
{
    /// <summary>The folder with the model's weights; null for random ones.</summary>
    public string? WeightsOf { get; init; }

    /// <summary>The workload as in records: equal facts mean equal work.</summary>
    public WorkloadFacts WorkloadFacts { get; } = WorkloadFacts.Of(Workload);

    /// <summary>This point's identity on a device.</summary>
    /// <param name="device">The device to measure on.</param>
    /// <param name="allocator">The allocator settings; empty for the defaults.</param>
    public PointKey Key(DeviceKind device, string allocator) => new(ModelFacts, WorkloadFacts, device, allocator);
}
