using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>The element types that tensors have here.</summary>
[JsonConverter(typeof(DataTypeConverter))]
public enum DataType
{
    Float32,
    Float16,
    BFloat16,
    Int8,
    Int64,
}

public static class DataTypes
{
    /// <summary>The types that weights may have, by the names that the command line and the records use.</summary>
    public static IReadOnlyDictionary<string, DataType> OfWeights { get; } = new Dictionary<string, DataType>
    {
        ["fp16"] = DataType.Float16,
        ["bf16"] = DataType.BFloat16,
        ["fp32"] = DataType.Float32,
        ["int8"] = DataType.Int8,
    };

    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this DataType type) => type switch
    {
        DataType.Float32 => 4,
        DataType.Float16 or DataType.BFloat16 => 2,
        DataType.Int8 => 1,
        DataType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };

    public static string Name(this DataType type) => type switch
    {
        DataType.Float32 => "fp32",
        DataType.Float16 => "fp16",
        DataType.BFloat16 => "bf16",
        DataType.Int8 => "int8",
        DataType.Int64 => "int64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };
}
