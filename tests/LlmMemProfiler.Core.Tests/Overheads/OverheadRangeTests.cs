using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Overheads;

public class OverheadRangeTests
{
    /// <summary>Medians by hand: of A 100 (nine of ten figures), of B 400, of C (200 + 500) / 2; of these three, 350.</summary>
    [Fact]
    public void A_source_with_many_figures_has_no_more_weight_than_one_with_one()
    {
        var range = OverheadRange.Of([Row("A", 100, 9), Row("A", 900), Row("B", 400), Row("C", 200), Row("C", 500)]);

        Assert.Equal((100, 350, 900, 3), (range.Low.Bytes, range.Value.Bytes, range.High.Bytes, range.Sources));
        Assert.Equal(["A", "B", "C"], range.SourceNames);
    }

    [Theory]
    [InlineData(440_234_148, 644_245_094, "context 0.41 to 0.60 GiB (1 source, H100)")]
    [InlineData(109_969_408, 110_100_480, "context 104.88 to 105.00 MiB (1 source, H100)")]
    [InlineData(547_608_330, 547_608_330, "context 0.51 GiB (1 source, H100)")]
    [InlineData(0, 268_435_455, "context 0.00 to 256.00 MiB (1 source, H100)")]
    [InlineData(0, 268_435_456, "context 0.00 to 0.25 GiB (1 source, H100)")]
    public void It_reads_as_sources_print_it(long low, long high, string text) => Assert.Equal(text, OverheadRange.Of([Row("A", low), Row("A", high)]).ToString());

    [Fact]
    public void It_tells_each_doubt_once() => Assert.Equal(
        ["x", "y"], OverheadRange.Of([Row("A", 1) with { Doubt = "x" }, Row("B", 1) with { Doubt = "y" }, Row("C", 1), Row("D", 1) with { Doubt = "x" }]).Doubts);

    private static OverheadRow Row(string source, long bytes, int rows = 1) =>
        new("h100", OverheadQuantity.Context, new ByteSize(bytes), source, rows, "", "");
}
