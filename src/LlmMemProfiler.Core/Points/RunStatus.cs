using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Points;

/// <summary>How a measured point ended. Out of memory is a result.</summary>
[JsonConverter(typeof(StatusConverter))]
public enum RunStatus
{
    Ok,
    Oom,
    Failed,
    Timeout,
}

public sealed class StatusConverter() : JsonStringEnumConverter<RunStatus>(JsonNamingPolicy.SnakeCaseLower);
