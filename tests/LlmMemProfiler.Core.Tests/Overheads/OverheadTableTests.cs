using System.Text;
using LlmMemProfiler.Core.Overheads;

namespace LlmMemProfiler.Core.Tests.Overheads;

public class OverheadTableTests
{
    private const string Heads = "gpu\tdriver\tcuda\tframework\tquantity\tbytes\tsource\tprinted\trows\tdoubt\tleft_out\tsaid\n";

    private const string Row = "t4\t595.84\t12.8\ttorch 2.8\tcontext\t1048576\tS\t1 MiB\t2\tD\t\tW\n";

    [Fact]
    public void A_row_is_read_as_it_stands()
    {
        var row = Assert.Single(Read($"# said first\n{Heads}{Row}"));

        Assert.Equal(new("t4", OverheadQuantity.Context, new(1_048_576), "S", 2, "D", ""), row);
        Assert.True(row.Counts);
        Assert.Equal(row, Assert.Single(Read((Heads + Row).Replace("\n", "\r\n", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only this\n")]
    [InlineData("{}")]
    [InlineData("gpu\tbytes\nt4\t1\n")]
    public void What_is_no_table_is_refused(string tsv) =>
        Assert.StartsWith("overheads.tsv: no table of overheads; its first line must be the columns gpu, driver, cuda,", Refusal(tsv), StringComparison.Ordinal);

    [Theory]
    [InlineData("\t1048576\t", "\t-1048576\t", "overheads.tsv:2: bytes is '-1048576'; must be a whole number from 0 to 9007199254740992")]
    [InlineData("\t1048576\t", "\t1e6\t", "overheads.tsv:2: bytes is '1e6'; must be")]
    [InlineData("\t1048576\t", "\t\t", "overheads.tsv:2: bytes is ''; must be")]
    [InlineData("\t1048576\t", "\t9007199254740993\t", "bytes is '9007199254740993'; must be")]
    [InlineData("\t1048576\t", "\t1048577\t", "overheads.tsv:2: printed is '1 MiB', which is not 1,048,577 B; must be the size in 'bytes', or empty")]
    [InlineData("\t1 MiB\t", "\t1\t", "printed is '1', which is not 1,048,576 B; must be")]
    [InlineData("\tcontext\t", "\tcontext_at_peak\t", "overheads.tsv:2: quantity is 'context_at_peak'; must be one of context, modules, context_and_modules")]
    [InlineData("\tcontext\t", "\tContext\t", "quantity is 'Context'; must be one of")]
    [InlineData("\t2\t", "\t0\t", "overheads.tsv:2: rows is '0'; must be a whole number from 1 to 10000")]
    [InlineData("\t2\t", "\t10001\t", "rows is '10001'; must be")]
    [InlineData("t4\t595", "T4\t595", "overheads.tsv:2: gpu is 'T4', which is no card of gpus.json; did you mean t4?")]
    [InlineData("t4\t595", "a100-80/1g.10gb\t595", "gpu is 'a100-80/1g.10gb', which is no card of gpus.json")]
    [InlineData("t4\t595", "\t595", "overheads.tsv:2: gpu is empty; must be a card of gpus.json, or left_out must say why the row does not count")]
    [InlineData("\ttorch 2.8\t", "\t \t", "overheads.tsv:2: framework is empty; must be told")]
    [InlineData("\tS\t", "\t\t", "overheads.tsv:2: source is empty; must be told")]
    [InlineData("\tW\n", "\t\n", "overheads.tsv:2: said is empty; must be told")]
    [InlineData("\tW\n", "\n", "overheads.tsv:2: 11 fields; must be 12, with tabs between them")]
    [InlineData("\tW\n", "\tW\t\n", "overheads.tsv:2: 13 fields; must be 12")]
    public void A_row_that_cannot_be_is_refused(string right, string wrong, string refusal)
    {
        Assert.Contains(right, Row, StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(Heads + Row.Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_stands_once_however_often_its_figure_was_seen()
    {
        var again = Row.Replace("\t2\t", "\t1\t", StringComparison.Ordinal);

        Assert.Contains("overheads.tsv:5: the row of overheads.tsv:3 stands here again; must stand once", Refusal($"#\n{Heads}{Row}\n{again}"), StringComparison.Ordinal);
        Assert.Contains("stands here again", Refusal(Heads + again + Row), StringComparison.Ordinal);
        Assert.Equal(2, Read(Heads + Row + Row.Replace("\tW", "\tof another run", StringComparison.Ordinal)).Count);
    }

    [Fact]
    public void A_row_that_does_not_count_needs_no_card() =>
        Assert.False(Assert.Single(Read(Heads + Row.Replace("t4\t595", "\t595", StringComparison.Ordinal).Replace("\tD\t\t", "\t\tthe card is not told\t", StringComparison.Ordinal))).Counts);

    private static IReadOnlyList<OverheadRow> Read(string tsv) => OverheadTable.Read(Encoding.UTF8.GetBytes(tsv));

    private static string Refusal(string tsv) => Assert.Throws<InputException>(() => Read(tsv)).Message;
}
