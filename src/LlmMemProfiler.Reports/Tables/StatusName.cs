using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Reports.Tables;

/// <summary>A status in the word that records have for it.</summary>
internal static class StatusName
{
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Ok => "ok",
        RunStatus.Oom => "oom",
        RunStatus.Failed => "failed",
        RunStatus.Timeout => "timeout",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };
}
