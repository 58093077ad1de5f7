using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem report --json</c>.</summary>
/// <param name="Schema">Schema version.</param>
/// <param name="Records">Records read.</param>
/// <param name="Ok">Records with status ok, which plots and accuracies are based on.</param>
/// <param name="Page">Path of the page.</param>
/// <param name="Remarks">Remarks for the reader, one per line.</param>
public sealed record ReportRecord(int Schema, int Records, int Ok, string Page, IReadOnlyList<string> Remarks)
{
    public const int CurrentSchema = 1;

    /// <summary>How many of the records are virtual GPUs'; left out if none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Virtual { get; init; }
}
