using System.Text.Json;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Accounts;

/// <summary>An object with one '…_bytes' field per part, null if unknown, and 'counted' if the bytes are not requests.</summary>
public sealed class AccountConverter : JsonConverter<MemoryAccount>
{
    private const string CountedField = "counted";

    private static readonly (Part Part, string Field)[] Fields = [.. Parts.All.Select(p => (p, p.Name() + "_bytes"))];

    public override MemoryAccount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("parts must be an object");
        var known = new List<(Part, ByteSize)>();
        var counted = Counted.Requests;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            if (name == CountedField)
            {
                reader.Read();
                counted = reader.TokenType == JsonTokenType.String && Words.Of<Counted>().TryGetValue(reader.GetString()!, out var word)
                    ? word
                    : throw new JsonException($"{CountedField} is not one of {string.Join(", ", Words.Of<Counted>().Keys)}");
                continue;
            }
            var part = Array.Find(Fields, f => f.Field == name);
            if (part.Field is null)
                throw new JsonException($"unknown part '{name}'");
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
                known.Add((part.Part, new(reader.GetInt64())));
        }
        try
        {
            return new MemoryAccount(known).As(counted);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new JsonException("invalid parts", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, MemoryAccount value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Counted != Counted.Requests)
            writer.WriteString(CountedField, value.Counted.Name());
        foreach (var (part, field) in Fields)
        {
            if (value[part] is { } size)
                writer.WriteNumber(field, size.Bytes);
            else
                writer.WriteNull(field);
        }
        writer.WriteEndObject();
    }
}
