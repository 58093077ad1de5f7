using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>An integer number of bytes.</summary>
public sealed class ByteSizeConverter : JsonConverter<ByteSize>
{
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Bytes);
}
