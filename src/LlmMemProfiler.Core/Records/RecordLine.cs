using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Parses a line of a results file, which is untrusted input.</summary>
internal static class RecordLine
{
    private static ReadOnlySpan<byte> Start => "{\"schema\":"u8;

    /// <summary>
    /// The documents of a line: one, if it is a record, or if no record begins inside it. Otherwise what stands before, and each that begins;
    /// in a record, those bytes begin nothing else, since quotes within its texts are escaped.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Documents(ReadOnlyMemory<byte> line)
    {
        var documents = new List<ReadOnlyMemory<byte>>();
        var begin = 0;
        while (begin < line.Length)
        {
            var next = line.Span[(begin + 1)..].IndexOf(Start);
            var end = next < 0 ? line.Length : begin + 1 + next;
            // A file that was joined may begin with a mark.
            var document = next < 0 ? line[begin..] : line[begin..end].TrimEnd("\uFEFF"u8);
            if (!document.Span.Trim(" \t\r"u8).IsEmpty)
                documents.Add(document);
            begin = end;
        }
        return documents;
    }

    /// <exception cref="JsonException">The line is not a record, contradicts itself, or was changed; the message says why.</exception>
    public static RunRecord Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            // First, so that whatever was changed, this is what is told.
            var isSealed = Seal.Fits(line);
            if (isSealed == false)
                throw Changed();
            if (SchemaOf(line) is var schema && schema != RunRecord.CurrentSchema)
                throw new JsonException($"schema {schema?.ToString() ?? "is missing"}; this program reads schema {RunRecord.CurrentSchema}");
            var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord) ?? throw new JsonException("null is not a record");
            if (record.Seal is not null && isSealed is null)
                throw Changed();
            StrictJson.Require(line, "device_bytes");
            return RecordCheck.Contradiction(record) is { } contradiction ? throw new ContradictionException(contradiction) : Understood(record);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            throw new JsonException("a number does not fit its field", e);
        }
    }

    private static ContradictionException Changed() => new("changed after it was written: its seal does not fit its other bytes");

    /// <summary>
    /// Older records said less: on CUDA the hook has always reported blocks; and if it reported none, the run allocated all the same,
    /// so that its zeros are unknown.
    /// </summary>
    private static RunRecord Understood(RunRecord record)
    {
        if (!record.Device.Kind.IsGpu())
            return record;
        var measured = record.Measured;
        return record is { Status: RunStatus.Ok, Events.Count: 0 }
            ? record with
            {
                Events = record.Events with { Count = null },
                Trace = null,
                Measured = measured with
                {
                    TensorPeak = null,
                    AllocatedPeak = null,
                    TensorParts = new MemoryAccount().As(Counted.Blocks),
                    Parts = Unseen(measured.Parts),
                    Unknown = [.. measured.Unknown, "tensor and allocated peak, and their parts: libtorch reported none of its allocations"],
                },
            }
            : record with { Measured = measured with { TensorParts = measured.TensorParts.As(Counted.Blocks) } };
    }

    /// <summary>Without the owners, all of which are 0: the total stays.</summary>
    private static MemoryAccount Unseen(MemoryAccount parts) =>
        new(parts.Known.Where(p => (int)p.Part >= Parts.Owners || p.Size.Bytes != 0));

    /// <summary>True if the bytes are the start of a JSON object, as left by an interrupted write.</summary>
    public static bool IsBegun(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
        try
        {
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
            }
            return isObject && (reader.CurrentDepth > 0 || reader.TokenType == JsonTokenType.StartObject);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>One-line reason, without positions within the line.</summary>
    public static string Reason(JsonException e)
    {
        if (e is ContradictionException)
            return e.Message;
        var message = e.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0].TrimEnd('.', ' ');
        return e.Path is { Length: > 1 } path ? $"not a record ({message}, at {path})" : $"not a record ({message})";
    }

    private static int? SchemaOf(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSchema = reader.ValueTextEquals("schema"u8);
            reader.Read();
            if (isSchema)
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var schema) ? schema : null;
            reader.Skip();
        }
        return null;
    }
}

/// <summary>A whole record that cannot be believed; the message says what is wrong, and what would be right.</summary>
internal sealed class ContradictionException(string message) : JsonException(message);
