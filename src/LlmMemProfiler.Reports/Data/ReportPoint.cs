using System.Globalization;
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

    /// <summary>For example 'gpt2 fp16 B4 P64+32 concat'; what is usual is left out.</summary>
    public string Title
    {
        get
        {
            var w = Workload;
            var text = string.Create(CultureInfo.InvariantCulture, $"{PlainText.Cut(Model.Name, 24)} {w.Dtype} B{w.Batch} P{w.Prompt}+{w.NewTokens}");
            if (w.Cache != "preallocated")
                text += $" {w.Cache}";
            if (w.Attention != "fused")
                text += $" {w.Attention}";
            return w.PrefillChunk is { } chunk ? string.Create(CultureInfo.InvariantCulture, $"{text} chunk {chunk}") : text;
        }
    }
}
