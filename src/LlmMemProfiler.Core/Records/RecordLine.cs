using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>One line of a results file, which comes from outside: a record, or the reason why not.</summary>
internal static class RecordLine
{
    /// <exception cref="JsonException">The line is no record; the message says why.</exception>
    public static RunRecord Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            if (SchemaOf(line) is var schema && schema != RunRecord.CurrentSchema)
                throw new JsonException($"schema {schema?.ToString() ?? "is missing"}; this program reads schema {RunRecord.CurrentSchema}");
            var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord) ?? throw new JsonException("null is no record");
            return RecordCheck.Contradiction(record) is { } contradiction ? throw new JsonException(contradiction) : record;
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            throw new JsonException("a number does not fit its field", e);
        }
    }

    /// <summary>True where the bytes are a JSON object's beginning without its end: what a write that was cut off leaves.</summary>
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

    /// <summary>One line that says what is wrong, without the noise of positions within the line.</summary>
    public static string Reason(JsonException e)
    {
        var message = e.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0].TrimEnd('.', ' ');
        return e.Path is { Length: > 1 } path ? $"no record ({message}, at {path})" : $"no record ({message})";
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
