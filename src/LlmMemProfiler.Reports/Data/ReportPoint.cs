using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Data;

/// <summary>The part of a record that a report keeps: all its numbers, but only one level per step of its timeline.</summary>
public sealed record ReportPoint : MeasuredPoint
{
    /// <summary>1-based index among the records read.</summary>
    public required int Number { get; init; }

    public required RunStatus Status { get; init; }

    public required string? Error { get; init; }

    public required DeviceFacts Device { get; init; }

    /// <summary>Whose errors its errors belong to.</summary>
    public required Machine Machine { get; init; }

    /// <summary>On a virtual GPU, what a card takes beside; null if unknown, and where the device total was measured.</summary>
    public required CardOverhead? Overhead { get; init; }

    public required Timing Timing { get; init; }

    /// <summary>Why its times are not to be relied on; null if they are, as far as the record says.</summary>
    public required string? Disturbance { get; init; }

    public required MeasuredCurve? Curve { get; init; }

    /// <summary>The simulated estimate's curve; null if it has none.</summary>
    public required PredictedCurve? Predicted { get; init; }

    /// <summary>Prompt and new tokens, L.</summary>
    public long Length => (long)Workload.Prompt + Workload.NewTokens;

    /// <summary>A short title, with a long model name truncated.</summary>
    public string Title => PointTitle.Short(PlainText.Cut(Model.Name, 24), Workload);
}
