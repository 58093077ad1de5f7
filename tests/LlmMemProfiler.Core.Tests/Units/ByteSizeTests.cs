using CsCheck;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Units;

public class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(12_582_912, "12.00 MiB")]
    [InlineData(708_673_536, "675.84 MiB")]
    [InlineData(1L << 39, "512.00 GiB")]
    [InlineData(1L << 40, "1.00 TiB")]
    [InlineData(1L << 50, "1.00 PiB")]
    [InlineData(-2048, "-2.00 KiB")]
    [InlineData(long.MinValue, "-8192.00 PiB")]
    public void People_see_the_largest_binary_unit(long bytes, string shown) =>
        Assert.Equal(shown, new ByteSize(bytes).ToString());

    [Fact]
    public void The_exact_form_groups_thousands() => Assert.Equal("708,673,536 B", new ByteSize(708_673_536).ToExactString());

    [Fact]
    public void A_sum_beyond_64_bits_throws() =>
        Assert.Throws<OverflowException>(() => new ByteSize(long.MaxValue) + new ByteSize(1));

    [Fact]
    public void A_difference_beyond_64_bits_throws() =>
        Assert.Throws<OverflowException>(() => new ByteSize(long.MinValue) - new ByteSize(1));

    [Fact]
    public void A_product_beyond_64_bits_throws() =>
        Assert.Throws<OverflowException>(() => new ByteSize(long.MaxValue / 2 + 1) * 2);

    [Fact]
    public void Arithmetic_and_order_are_those_of_the_counts() =>
        Gen.Select(Gen.Int, Gen.Int).Sample((a, b) =>
        {
            var (x, y) = (new ByteSize(a), new ByteSize(b));
            Assert.Equal((long)a + b, (x + y).Bytes);
            Assert.Equal((long)a - b, (x - y).Bytes);
            Assert.Equal((long)a * b, (x * b).Bytes);
            Assert.Equal(a < b, x < y);
            Assert.Equal(a > b, x > y);
            Assert.Equal(a <= b, x <= y);
            Assert.Equal(a >= b, x >= y);
            Assert.Equal(a.CompareTo(b), x.CompareTo(y));
            Assert.Equal(Math.Max(a, b), ByteSize.Max(x, y).Bytes);
        });

    [Fact]
    public void The_larger_of_two_is_the_known_one_where_only_one_is_known()
    {
        ByteSize? unknown = null;
        Assert.Equal(new ByteSize(3), ByteSize.Max(unknown, new ByteSize(3)));
        Assert.Equal(new ByteSize(3), ByteSize.Max(new ByteSize(3), unknown));
        Assert.Equal(new ByteSize(5), ByteSize.Max((ByteSize?)new ByteSize(3), new ByteSize(5)));
        Assert.Null(ByteSize.Max(unknown, unknown));
    }
}
