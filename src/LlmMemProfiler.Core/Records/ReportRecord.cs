namespace LlmMemProfiler.Core.Records;

/// <summary>What <c>llmmem report --json</c> prints.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="Records">Records read.</param>
/// <param name="Ok">Of them ended well; pictures and accuracies are made of these.</param>
/// <param name="Page">The page's path.</param>
/// <param name="Remarks">What a reader should know, a line each.</param>
public sealed record ReportRecord(int Schema, int Records, int Ok, string Page, IReadOnlyList<string> Remarks)
{
    public const int CurrentSchema = 1;
}
