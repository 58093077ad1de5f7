using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>Tensor element types.</summary>
[JsonConverter(typeof(WordConverter<DataType>))]
public enum DataType
{
    [JsonStringEnumMemberName("fp32")]
    Float32,

    [JsonStringEnumMemberName("fp16")]
    Float16,

    [JsonStringEnumMemberName("bf16")]
    BFloat16,

    Int8,

    /// <summary>Four bits of exponent, three of mantissa, no infinity: torch's <c>float8_e4m3fn</c>.</summary>
    /// <remarks>Micikevicius et al. (2022), FP8 Formats for Deep Learning.</remarks>
    [JsonStringEnumMemberName("fp8")]
    Float8,

    Int64,
}

public static class DataTypes
{
    /// <summary>Weight types, by name in any case.</summary>
    public static IReadOnlyDictionary<string, DataType> OfWeights { get; } =
        ((DataType[])[DataType.Float16, DataType.BFloat16, DataType.Float32, DataType.Int8]).ToDictionary(type => type.Name(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this DataType type) => type switch
    {
        DataType.Float32 => 4,
        DataType.Float16 or DataType.BFloat16 => 2,
        DataType.Int8 or DataType.Float8 => 1,
        DataType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };

    /// <summary>Types that are computed in, by name: of weights that are not quantized.</summary>
    public static IReadOnlyCollection<string> OfCompute { get; } = [.. OfWeights.Where(type => type.Value.Computed() == type.Value).Select(type => type.Key)];

    /// <summary>The largest number of a type whose numbers stand for multiples of a scale; null for a type that needs none.</summary>
    public static double? Largest(this DataType type) => type switch
    {
        // Symmetric: −128 is not used.
        DataType.Int8 => sbyte.MaxValue,
        DataType.Float8 => 448,
        _ => null,
    };

    /// <summary>The compute type: FP16 for INT8 weights.</summary>
    public static DataType Computed(this DataType weights) => weights == DataType.Int8 ? DataType.Float16 : weights;
}
