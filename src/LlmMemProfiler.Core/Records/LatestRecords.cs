using System.Text.Json;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Which of several records of one measurement counts: the last in reading order, as a point that is tried again replaces its
/// failure. One measurement is one point, repeat and seed on one machine, in one folder; other folders hold other measurements.
/// Shares of a plan that overlap, and several runs into one folder, leave several.
/// </summary>
internal sealed class LatestRecords
{
    private readonly Dictionary<(string Folder, string Point, int Repeat, long Seed, string Machine), (int File, int Line)> latest = [];
    private readonly HashSet<(string Point, string Run)> seen = [];

    /// <summary>Takes note of a line that may be a record.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="isChecked">True to take no note of a line that a reader would skip; takes longer.</param>
    public void Add(ReadOnlySpan<byte> line, RecordPlace place, bool isChecked)
    {
        try
        {
            var head = JsonSerializer.Deserialize(line, RecordHeadJson.Default.RecordHead);
            if (head is not { PointId: not null, Device: not null, Host: not null })
                return;
            if (isChecked)
                _ = RecordLine.Parse(line);
            // A copy of a record is none of its own.
            if (seen.Add((head.PointId, RunRecord.RunOf(head.RunId, head.Started))))
                latest[(place.Folder, head.PointId, head.Repeat, head.Seed, Machine(head.Device, head.Host))] = (place.File, place.Line);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            // Whoever reads the line tells what is wrong with it.
        }
    }

    /// <summary>True if no later record of the measurement is known.</summary>
    public bool Contains(RunRecord record, RecordPlace place) =>
        !latest.TryGetValue((place.Folder, record.PointId, record.Repeat, record.Seed, Machine(record.Device, record.Host)), out var last) ||
        (place.File, place.Line).CompareTo(last) >= 0;

    private static string Machine(DeviceFacts device, HostFacts host) =>
        $"{device.Kind} {device.Name} {device.Total} {device.Capability} {device.Driver} {host.Os} {host.ProcessorId} {host.Cores} {host.Threads} {host.Libtorch}";
}

/// <summary>Where a record stands.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="File">Index of the file among those read.</param>
/// <param name="Line">The line.</param>
internal readonly record struct RecordPlace(string Folder, int File, int Line);

/// <summary>What tells one measurement from another: a record without its numbers, which is read much faster.</summary>
internal sealed record RecordHead(string PointId, int Repeat, string? RunId, long Seed, DateTimeOffset Started, DeviceFacts Device, HostFacts Host);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RecordHead))]
internal sealed partial class RecordHeadJson : JsonSerializerContext;
