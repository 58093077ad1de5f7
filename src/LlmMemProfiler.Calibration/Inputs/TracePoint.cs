using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What validation keeps of a record's traces.</summary>
public sealed record TracePoint : MeasuredPoint
{
    /// <summary>What the comparison found; null where the run did not end well or nothing saw its allocations.</summary>
    public required TraceFacts? Trace { get; init; }

    public bool AreTensorsEqual => Trace is { TensorDifferences: 0 };

    public bool IsEqual => Trace is { Differences: 0 };

    /// <summary>A run that did not end well is compared with no estimate.</summary>
    public static TracePoint Of(RunRecord record) => new()
    {
        PointId = record.PointId,
        Model = record.Model,
        Workload = record.Workload,
        Measured = record.Measured,
        Estimates = record.Status == RunStatus.Ok ? record.Estimates : [],
        Trace = record.Status == RunStatus.Ok ? record.Trace : null,
    };
}
