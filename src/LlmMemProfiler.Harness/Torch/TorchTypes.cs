using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Torch;

internal static class TorchTypes
{
    /// <summary>TorchSharp 0.107.0 has no name for it, and hands the number on: c10's <c>Float8_e4m3fn</c>.</summary>
    /// <remarks>pytorch/pytorch, <c>c10/core/ScalarType.h</c>. Zeros, copies, casts and concatenation of it were seen on libtorch 2.10.</remarks>
    private const ScalarType Float8 = (ScalarType)24;

    public static ScalarType ToTorch(this DataType type) => type switch
    {
        DataType.Float32 => ScalarType.Float32,
        DataType.Float16 => ScalarType.Float16,
        DataType.BFloat16 => ScalarType.BFloat16,
        DataType.Int8 => ScalarType.Int8,
        DataType.Float8 => Float8,
        DataType.Int64 => ScalarType.Int64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };
}
