using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>The part of a record that trace validation keeps.</summary>
public sealed record TracePoint : MeasuredPoint
{
    /// <summary>Result of the comparison; null if the run failed or its allocations were not observed.</summary>
    public required TraceFacts? Trace { get; init; }

    public bool AreTensorsEqual => Trace is { TensorDifferences: 0 };

    public bool IsEqual => Trace is { Differences: 0 };

    /// <summary>A run that was not ok keeps no estimates to compare with.</summary>
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
