using System.Text.Encodings.Web;
using System.Text.Json;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>What came of a point.</summary>
/// <param name="Process">The number of its process.</param>
/// <param name="Place">Its place in the process.</param>
/// <param name="LibTorch">The version.</param>
/// <param name="Cuda">That it was built for.</param>
/// <param name="StandIn">Version of the stand-in.</param>
/// <param name="Gpu">The card, or 'cpu'.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Settings">Options and variables that were set.</param>
/// <param name="Status">How it ended; out of memory is a result.</param>
/// <param name="IsTraceEqual">Whether each event was predicted.</param>
/// <param name="AreTensorsEqual">Whether each event was of what outlives its operation.</param>
/// <param name="IsAllocatedEqual">Whether the allocated peak was.</param>
/// <param name="IsReservedEqual">Whether the reserved peak was.</param>
/// <param name="Events">How many were seen.</param>
/// <param name="Difference">What differs; null if nothing.</param>
/// <param name="Command">What it can be run again with, alone.</param>
internal sealed record PointResult(
    int Process, int Place, string LibTorch, string Cuda, int StandIn, string Gpu, string Model, IReadOnlyList<string> Settings, RunStatus Status,
    bool IsTraceEqual, bool AreTensorsEqual, bool IsAllocatedEqual, bool IsReservedEqual, long Events, string? Difference, string Command)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line, which a person can read too.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Readable);

    /// <summary>Null for a line that is none: libtorch warns on the same stream.</summary>
    public static PointResult? OfJson(string line) => line.StartsWith('{') ? JsonSerializer.Deserialize<PointResult>(line) : null;
}
