using System.Text.Json;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Parses a line of a results file, which is untrusted input.</summary>
internal static class RecordLine
{
    /// <exception cref="JsonException">The line is not a record; the message says why.</exception>
    public static RunRecord Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            if (SchemaOf(line) is var schema && schema != RunRecord.CurrentSchema)
                throw new JsonException($"schema {schema?.ToString() ?? "is missing"}; this program reads schema {RunRecord.CurrentSchema}");
            var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord) ?? throw new JsonException("null is not a record");
            return RecordCheck.Contradiction(record) is { } contradiction ? throw new JsonException(contradiction) : Counted(record);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            throw new JsonException("a number does not fit its field", e);
        }
    }

    /// <summary>Records written before accounts said what they count: on CUDA the hook has always reported blocks.</summary>
    private static RunRecord Counted(RunRecord record) => record.Device.Kind == DeviceKind.Cuda
        ? record with { Measured = record.Measured with { TensorParts = record.Measured.TensorParts.As(Accounts.Counted.Blocks) } }
        : record;

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
