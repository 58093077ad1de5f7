using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Torch;

internal static class TorchTypes
{
    public static ScalarType ToTorch(this DataType type) => type switch
    {
        DataType.Float32 => ScalarType.Float32,
        DataType.Float16 => ScalarType.Float16,
        DataType.BFloat16 => ScalarType.BFloat16,
        DataType.Int8 => ScalarType.Int8,
        DataType.Int64 => ScalarType.Int64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };
}
