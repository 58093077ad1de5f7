using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>One line of JSON on a worker's stdout; exactly one field is not null.</summary>
public sealed record WorkerMessage
{
    /// <summary>Sent first: device and host.</summary>
    public WorkerFacts? Facts { get; init; }

    /// <summary>Progress; the last one is all that is known of a worker that sent no record.</summary>
    public WorkerState? State { get; init; }

    /// <summary>The measurement.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Why there is no measurement.</summary>
    public WorkerFault? Fault { get; init; }
}

/// <summary>A worker's device and host.</summary>
/// <param name="Device">The device.</param>
/// <param name="Host">Machine and software.</param>
/// <param name="Allocator">The allocator settings; empty for the defaults.</param>
/// <param name="Capacity">Memory available to a run; null if unknown.</param>
public sealed record WorkerFacts(DeviceFacts Device, HostFacts Host, string Allocator, [property: JsonPropertyName("room_bytes")] ByteSize? Capacity);

/// <summary>A worker's progress.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Done">Bytes loaded, or tokens processed.</param>
/// <param name="Total">Bytes to load, or tokens to process.</param>
/// <param name="Seconds">Seconds since the phase began.</param>
/// <param name="Phases">The phases so far, the current one up to its last step.</param>
public sealed record WorkerState(Phase Phase, long Done, long Total, double Seconds, IReadOnlyList<PhaseFacts> Phases);

/// <summary>A worker's error.</summary>
/// <param name="Kind">'input' or 'device', like the program's exit codes, else 'program'.</param>
/// <param name="Text">One line.</param>
public sealed record WorkerFault(string Kind, string Text)
{
    /// <summary>The kind of what the user can mend in input or environment.</summary>
    public const string Input = "input";
}
