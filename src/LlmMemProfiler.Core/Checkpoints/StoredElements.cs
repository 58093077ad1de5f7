using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>Elements of weights as they lie in files and in memory, little-endian, and as floats between the two.</summary>
/// <remarks>FP8: Micikevicius et al. (2022), FP8 Formats for Deep Learning; E4M3 has no infinities, and NaN is all ones.</remarks>
public static class StoredElements
{
    /// <summary>The types that are read, by safetensors' names.</summary>
    public static IReadOnlyList<string> Types { get; } = ["F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"];

    private static readonly float[] FourBitExponents = [.. Enumerable.Range(0, 256).Select(bits => FourBitExponent((byte)bits))];
    private static readonly float[] FiveBitExponents = [.. Enumerable.Range(0, 256).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)(bits << 8)))];

    /// <summary>Widens elements; no value is rounded.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="bytes">As in the file.</param>
    /// <param name="values">As many as there are.</param>
    public static void Decode(ElementType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type.Name)
        {
            case "F32":
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case "F16":
                var halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < halves.Length; i++)
                    values[i] = (float)halves[i];
                break;
            case "BF16":
                var uppers = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < uppers.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)uppers[i] << 16);
                break;
            case "F8_E4M3" or "F8_E5M2":
                var table = type.Name == "F8_E4M3" ? FourBitExponents : FiveBitExponents;
                for (var i = 0; i < bytes.Length; i++)
                    values[i] = table[bytes[i]];
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type.Name, "not a type of weights that are read");
        }
    }

    /// <summary>Rounds floats to a type, to the nearest and to even.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="type">FP32, FP16 or BF16.</param>
    /// <param name="bytes">As many as they take.</param>
    public static void Encode(ReadOnlySpan<float> values, DataType type, Span<byte> bytes)
    {
        switch (type)
        {
            case DataType.Float32:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
            case DataType.Float16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)values[i]);
                break;
            case DataType.BFloat16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], BFloat16Bits(values[i]));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "not an unquantized weight type");
        }
    }

    /// <summary>BF16 is the upper half of a float, rounded to even.</summary>
    public static ushort BFloat16Bits(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // The sum would carry a NaN on to zero or infinity.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static float FourBitExponent(byte bits)
    {
        var (exponent, fraction) = ((bits >> 3) & 15, bits & 7);
        var size = (exponent, fraction) == (15, 7) ? float.NaN : exponent == 0 ? MathF.ScaleB(fraction, -9) : MathF.ScaleB(8 + fraction, exponent - 10);
        return bits >= 128 ? -size : size;
    }
}
