using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>One line of JSON on a worker's stdout; exactly one of its fields is not null.</summary>
public sealed record WorkerMessage
{
    /// <summary>The first line: where it measures.</summary>
    public WorkerFacts? Facts { get; init; }

    /// <summary>Where it is; the last one is what is known of a worker that never came to its record.</summary>
    public WorkerState? State { get; init; }

    /// <summary>The measurement.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Why there is no measurement.</summary>
    public WorkerFault? Fault { get; init; }
}

/// <summary>Where a worker measures.</summary>
/// <param name="Device">The device.</param>
/// <param name="Host">Machine and software.</param>
/// <param name="Allocator">The allocator's settings; empty for the default.</param>
/// <param name="Capacity">What a run may take there; null where it is not known.</param>
public sealed record WorkerFacts(DeviceFacts Device, HostFacts Host, string Allocator, [property: JsonPropertyName("room_bytes")] ByteSize? Capacity);

/// <summary>Where a worker is.</summary>
/// <param name="Phase">What is going on.</param>
/// <param name="Done">Bytes loaded, or tokens through the model.</param>
/// <param name="Total">Bytes to load, or tokens to send through.</param>
/// <param name="Seconds">Since the phase began.</param>
/// <param name="Phases">The levels of the phases so far, the current one up to its last step.</param>
public sealed record WorkerState(Phase Phase, long Done, long Total, double Seconds, IReadOnlyList<PhaseFacts> Phases);

/// <summary>Why a worker gave up.</summary>
/// <param name="Kind">'input' or 'device' as the program's exit codes tell them apart, else 'program'.</param>
/// <param name="Text">One line.</param>
public sealed record WorkerFault(string Kind, string Text);
