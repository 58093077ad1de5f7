using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Data;

/// <summary>What a report keeps of one record: all its numbers, but of the curve over time only a level a step.</summary>
public sealed record ReportPoint : MeasuredPoint
{
    /// <summary>Its place among the records read, from 1 on.</summary>
    public required int Number { get; init; }

    public required RunStatus Status { get; init; }

    public required string? Error { get; init; }

    public required DeviceFacts Device { get; init; }

    public required Timing Timing { get; init; }

    public required MeasuredCurve? Curve { get; init; }

    /// <summary>What the finest estimate of the record says of the same; null where it has no curve.</summary>
    public required PredictedCurve? Predicted { get; init; }

    /// <summary>Prompt and new tokens, L.</summary>
    public long Length => (long)Workload.Prompt + Workload.NewTokens;

    /// <summary>The point in half a line, a long model's name cut.</summary>
    public string Title => PointTitle.Short(PlainText.Cut(Model.Name, 24), Workload);
}
