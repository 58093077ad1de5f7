using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>A type by its short name, such as 'bf16'.</summary>
public sealed class DataTypeConverter : JsonConverter<DataType>
{
    public override DataType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        foreach (var type in Enum.GetValues<DataType>())
        {
            if (type.Name() == name)
                return type;
        }
        throw new JsonException($"'{name}' is no data type");
    }

    public override void Write(Utf8JsonWriter writer, DataType value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name());
}
