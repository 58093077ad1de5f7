using System.Text.Json;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Calibration;
using LlmMemProfiler.Core.Measurement;
using LlmMemProfiler.Core.Sweeps;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Records as JSON: snake_case, bytes as integers, null for what is not known.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    Converters = [typeof(ByteSizeConverter), typeof(AccountConverter), typeof(PhaseConverter), typeof(StatusConverter), typeof(FindingStateConverter), typeof(DataTypeConverter)])]
[JsonSerializable(typeof(EstimateRecord))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(DoctorRecord))]
[JsonSerializable(typeof(HookCostRecord))]
[JsonSerializable(typeof(EvidenceClaims))]
[JsonSerializable(typeof(PointKey))]
[JsonSerializable(typeof(ScratchFile))]
[JsonSerializable(typeof(ReportRecord))]
[JsonSerializable(typeof(ReplayRecord))]
[JsonSerializable(typeof(HardwareProfile))]
[JsonSerializable(typeof(ValidationRecord))]
[JsonSerializable(typeof(SweepRecord))]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerMessage))]
public sealed partial class RecordJson : JsonSerializerContext;

/// <summary>An integer number of bytes.</summary>
public sealed class ByteSizeConverter : JsonConverter<ByteSize>
{
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Bytes);
}

/// <summary>An object with one field a part, '…_bytes', null where the part is not known.</summary>
public sealed class AccountConverter : JsonConverter<MemoryAccount>
{
    private static readonly (Part Part, string Field)[] Fields = [.. Parts.All.Select(p => (p, p.Name() + "_bytes"))];

    public override MemoryAccount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("parts are no object");
        var known = new List<(Part, ByteSize)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            var part = Array.Find(Fields, f => f.Field == name);
            if (part.Field is null)
                throw new JsonException($"'{name}' is no part");
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
                known.Add((part.Part, new(reader.GetInt64())));
        }
        try
        {
            return new(known);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new JsonException("parts do not make an account", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, MemoryAccount value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
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

public sealed class PhaseConverter() : JsonStringEnumConverter<Phase>(JsonNamingPolicy.SnakeCaseLower);

public sealed class StatusConverter() : JsonStringEnumConverter<RunStatus>(JsonNamingPolicy.SnakeCaseLower);

public sealed class FindingStateConverter() : JsonStringEnumConverter<FindingState>(JsonNamingPolicy.SnakeCaseLower);

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
