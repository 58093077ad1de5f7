using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

public class StoredElementsTests
{
    /// <summary>Micikevicius et al. (2022), table 1: largest and smallest values, and what is not finite.</summary>
    [Theory]
    [InlineData("F8_E4M3", 0b0_1111_110, 448)]
    [InlineData("F8_E4M3", 0b0_0001_000, 0.015625)]
    [InlineData("F8_E4M3", 0b0_0000_001, 0.001953125)]
    [InlineData("F8_E4M3", 0b0_0000_111, 0.013671875)]
    [InlineData("F8_E4M3", 0b1_0111_000, -1)]
    [InlineData("F8_E4M3", 0b0_1111_111, float.NaN)]
    [InlineData("F8_E4M3", 0b1_1111_111, float.NaN)]
    [InlineData("F8_E5M2", 0b0_11110_11, 57344)]
    [InlineData("F8_E5M2", 0b0_00001_00, 6.103515625e-05)]
    [InlineData("F8_E5M2", 0b0_00000_01, 1.52587890625e-05)]
    [InlineData("F8_E5M2", 0b1_01111_10, -1.5)]
    [InlineData("F8_E5M2", 0b0_11111_00, float.PositiveInfinity)]
    [InlineData("F8_E5M2", 0b0_11111_01, float.NaN)]
    public void Eight_bits_are_what_their_papers_table_says(string type, byte bits, float value) => Assert.Equal(value, Decoded(type, bits));

    /// <summary>1.5 in each: sign 0, the bias as exponent, half as fraction.</summary>
    [Theory]
    [InlineData("F32", new byte[] { 0x00, 0x00, 0xC0, 0x3F })]
    [InlineData("F16", new byte[] { 0x00, 0x3E })]
    [InlineData("BF16", new byte[] { 0xC0, 0x3F })]
    public void Wider_ones_lie_with_their_lowest_byte_first(string type, byte[] bits) => Assert.Equal(1.5f, Decoded(type, bits));

    /// <summary>BF16 has 7 bits of fraction, FP16 10: the halves between two neighbors go to the even one.</summary>
    [Theory]
    [InlineData(DataType.BFloat16, 1 + (1 / 256f), 0x3F80)]
    [InlineData(DataType.BFloat16, 1 + (3 / 256f), 0x3F82)]
    [InlineData(DataType.BFloat16, 1 + (1 / 256f) + (1 / 65536f), 0x3F81)]
    [InlineData(DataType.BFloat16, 3.4e38f, 0x7F80)]
    [InlineData(DataType.Float16, 1 + (1 / 2048f), 0x3C00)]
    [InlineData(DataType.Float16, 1 + (3 / 2048f), 0x3C02)]
    [InlineData(DataType.Float16, 65520, 0x7C00)]
    public void Narrower_ones_are_rounded_to_the_nearest_and_to_even(DataType type, float value, ushort bits)
    {
        var bytes = new byte[2];
        StoredElements.Encode([value], type, bytes);
        Assert.Equal(bits, BitConverter.ToUInt16(bytes));
    }

    /// <summary>All fraction bits of a float: its upper half, rounded, would be minus zero.</summary>
    [Fact]
    public void What_is_no_number_stays_so()
    {
        var bytes = new byte[2];
        StoredElements.Encode([BitConverter.UInt32BitsToSingle(0x7FFF_FFFF)], DataType.BFloat16, bytes);
        Assert.True(float.IsNaN(Decoded("BF16", bytes)));
        StoredElements.Encode([BitConverter.UInt32BitsToSingle(0x7F80_0001)], DataType.BFloat16, bytes);
        Assert.True(float.IsNaN(Decoded("BF16", bytes)));
    }

    private static float Decoded(string type, params byte[] bits)
    {
        var values = new float[1];
        StoredElements.Decode(ElementType.Safetensors[type], bits, values);
        return values[0];
    }
}
