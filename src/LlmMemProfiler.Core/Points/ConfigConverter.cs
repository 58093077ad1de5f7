using System.Text.Json;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Points;

/// <summary>A model's config as the object that it is, not as a text.</summary>
public sealed class ConfigConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var config = JsonDocument.ParseValue(ref reader);
        return config.RootElement.ValueKind == JsonValueKind.Object
            ? KeptConfig.OnOneLine(config.RootElement)
            : throw new JsonException("a model's config must be an object");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}
