using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports;

/// <summary>What a report takes beside records.</summary>
public sealed record ReportOptions
{
    /// <summary>A profile's constant for the guide; null for the median of what the records need.</summary>
    public ByteSize? GuideConstant { get; init; }

    /// <summary>What is to be known first, a line each, for example that records were skipped.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
