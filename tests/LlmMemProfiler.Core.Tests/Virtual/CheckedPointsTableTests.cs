using System.Text;
using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.Core.Tests.Virtual;

public class CheckedPointsTableTests
{
    private const string Heads =
        "stand_in\tlibtorch\truntime\tseed\tgpu\tcapability\tpoints\tprocesses\tequal_traces\tequal_allocated\tequal_reserved\tout_of_memory\tevents\tsettings\n";

    private const string Row = "1\t2.10.0\t12.8\t7\tt4\t7.5\t50\t5\t49\t48\t47\t3\t12345\tdefaults:30 expandable_segments:20\n";

    [Fact]
    public void A_row_is_read_as_it_stands()
    {
        var row = Assert.Single(Read($"# said first\n{Heads}{Row}"));

        Assert.Equal(
            new(1, "2.10.0", "12.8", 7, "t4", new(7, 5), 50, 5, 49, 48, 47, 3, 12_345, row.Settings),
            row);
        Assert.Equal([new("defaults", 30), new("expandable_segments", 20)], row.Settings);
        Assert.False(row.AllEqual);
        Assert.Equal("t4", Assert.Single(Read((Heads + Row).Replace("\n", "\r\n", StringComparison.Ordinal))).Gpu);
    }

    [Theory]
    [InlineData("\t50\t50\t50\t", true)]
    [InlineData("\t49\t50\t50\t", false)]
    [InlineData("\t50\t49\t50\t", false)]
    [InlineData("\t50\t50\t49\t", false)]
    public void All_are_equal_where_traces_and_both_levels_are(string equal, bool all) =>
        Assert.Equal(all, Assert.Single(Read(Heads + Row.Replace("\t49\t48\t47\t", equal, StringComparison.Ordinal))).AllEqual);

    [Theory]
    [InlineData("")]
    [InlineData("# only this\n")]
    [InlineData("{}")]
    [InlineData("gpu\tpoints\nt4\t1\n")]
    public void What_is_no_table_is_refused(string tsv) =>
        Assert.StartsWith("points.tsv: no table of checked points; its first line must be the columns stand_in, libtorch, runtime,", Refusal(tsv), StringComparison.Ordinal);

    [Theory]
    [InlineData("1\t2.10.0", "0\t2.10.0", "points.tsv:2: stand_in is '0'; must be a whole number from 1 to")]
    [InlineData("\t2.10.0\t", "\t\t", "points.tsv:2: libtorch is ''; must be a version such as 2.10.0")]
    [InlineData("\t12.8\t", "\t12.8\u001b[2J\t", @"runtime is '12.8\u001b[2J'; must be a version")]
    [InlineData("\t7\tt4", "\t-7\tt4", "seed is '-7'; must be a whole number from 0 to 2147483647")]
    [InlineData("\tt4\t", "\tT4\t", "points.tsv:2: gpu is 'T4', which is no card of gpus.json; did you mean t4?")]
    [InlineData("\t7.5\t", "\t8.0\t", "points.tsv:2: capability is 8.0; must be 7.5, as gpus.json has it for t4")]
    [InlineData("\t7.5\t", "\tseven\t", "points.tsv:2: compute capability is 'seven'; expected a number such as 9.0")]
    [InlineData("\t50\t5\t", "\t0\t5\t", "points is '0'; must be a whole number from 1 to 1000000000")]
    [InlineData("\t50\t5\t", "\t50\t51\t", "processes is '51'; must be a whole number from 1 to 50")]
    [InlineData("\t49\t48\t", "\t51\t48\t", "equal_traces is '51'; must be a whole number from 0 to 50")]
    [InlineData("\t49\t48\t", "\t49\t51\t", "equal_allocated is '51'; must be")]
    [InlineData("\t48\t47\t", "\t48\t51\t", "equal_reserved is '51'; must be")]
    [InlineData("\t47\t3\t", "\t47\t51\t", "out_of_memory is '51'; must be")]
    [InlineData("\t12345\t", "\t1e9\t", "events is '1e9'; must be a whole number from 0 to 9007199254740992")]
    [InlineData("defaults:30", "defaults:51", "points.tsv:2: settings contain 'defaults:51'; must be different names, each with a number of points up to 50, such as defaults:50")]
    [InlineData("defaults:30", "defaults:0", "settings contain 'defaults:0'; must be")]
    [InlineData("defaults:30", "defaults", "settings contain 'defaults'; must be")]
    [InlineData("defaults:30", ":30", "settings contain ':30'; must be")]
    [InlineData("defaults:30", "<b>:30", "settings contain '<b>:30'; must be")]
    [InlineData("defaults:30", "expandable_segments:30", "settings contain 'expandable_segments:20'; must be different names")]
    [InlineData("defaults:30 expandable_segments:20", "", "settings contain ''; must be")]
    [InlineData("\tdefaults:30 expandable_segments:20", "", "points.tsv:2: 13 fields; must be 14, with tabs between them")]
    public void A_row_that_cannot_be_is_refused(string right, string wrong, string refusal)
    {
        Assert.Contains(right, Row, StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(Heads + Row.Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_stands_once_for_a_seed_a_libtorch_and_a_stand_in()
    {
        Assert.Contains("points.tsv:3: t4 stands here again; must stand once", Refusal(Heads + Row + Row), StringComparison.Ordinal);
        foreach (var (right, wrong) in ((string, string)[])[("1\t2.10.0", "2\t2.10.0"), ("\t2.10.0", "\t2.11.0"), ("\t12.8", "\t13.0"), ("\t7\tt4", "\t8\tt4")])
            Assert.Equal(2, Read(Heads + Row + Row.Replace(right, wrong, StringComparison.Ordinal)).Count);
    }

    private static IReadOnlyList<CheckedPoints> Read(string tsv) => CheckedPointsTable.Read(Encoding.UTF8.GetBytes(tsv));

    private static string Refusal(string tsv) => Assert.Throws<InputException>(() => Read(tsv)).Message;
}
