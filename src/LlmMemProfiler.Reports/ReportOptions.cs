using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports;

/// <summary>Options of a report.</summary>
public sealed record ReportOptions
{
    /// <summary>A profile's constant for the guide; null to fit the median of the records.</summary>
    public ByteSize? GuideConstant { get; init; }

    /// <summary>Notes shown first, one per entry; for example, that records were skipped.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
