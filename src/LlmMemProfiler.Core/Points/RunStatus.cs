using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>Outcome of a measured point. Out of memory is a result.</summary>
[JsonConverter(typeof(WordConverter<RunStatus>))]
public enum RunStatus
{
    Ok,
    Oom,
    Failed,
    Timeout,

    /// <summary>Ended early as told, at the end of the text; not complete, so that it is no result for its point.</summary>
    Stopped,
}
