using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Tests.Output;

public class ConsoleWidthTests
{
    [Theory]
    [InlineData("20", 20)]
    [InlineData("80", 80)]
    [InlineData("1000", 1_000)]
    [InlineData("19", null)]
    [InlineData("1001", null)]
    [InlineData("0", null)]
    [InlineData("-80", null)]
    [InlineData("80.0", null)]
    [InlineData("1,000", null)]
    [InlineData("99999999999", null)]
    [InlineData("wide", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Columns_is_an_integer_from_20_to_1000_or_counts_as_not_set(string? columns, int? width) => Assert.Equal(width, ConsoleWidth.Read(columns));
}
