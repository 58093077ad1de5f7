using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Tests.Output;

public class ConsoleTableTests
{
    [Fact]
    public void Heads_wrap_before_a_column_is_left_out()
    {
        Assert.Equal(
            """
            ╭──────┬────────────────╮
            │ part │ allocated peak │
            ├──────┼────────────────┤
            │ rest │            8 B │
            ╰──────┴────────────────╯
            """.Split('\n'), Rendered.At(25, Table()).Lines);
        Assert.Equal(
            """
            ╭──────┬───────────╮
            │ part │ allocated │
            │      │      peak │
            ├──────┼───────────┤
            │ rest │       8 B │
            ╰──────┴───────────╯
            """.Split('\n'), Rendered.At(24, Table()).Lines);

        static ConsoleTable Table()
        {
            var table = new ConsoleTable().Label("part").Number("allocated peak", rank: 1);
            table.Row("rest", "8 B");
            return table;
        }
    }

    [Fact]
    public void Brackets_are_text_and_no_markup()
    {
        var table = new ConsoleTable().Label("[model]", "[/]").Number("[red]");
        table.Row("gpt2[bold]", "[1]");
        Assert.Equal(
            """
            ╭────────────┬───────╮
            │ [model]    │ [red] │
            ├────────────┼───────┤
            │ gpt2[bold] │   [1] │
            ├────────────┼───────┤
            │ [/]        │       │
            ╰────────────┴───────╯
            """.Split('\n'), Rendered.At(80, table).Lines);
    }

    /// <summary>A Chinese character takes two of a terminal.</summary>
    [Fact]
    public void Width_is_counted_as_a_terminal_counts_it()
    {
        var table = new ConsoleTable().Label("model").Number("a", rank: 1).Number("b");
        table.Row("千问千问", "1", "2");
        Assert.Equal(["model", "a", "b"], Rendered.At(8 + 3 + 4 + 4 + 1, table).Heads);
        Assert.Equal(["model", "b"], Rendered.At(8 + 3 + 4 + 4, table).Heads);
    }

    [Fact]
    public void Of_equals_the_one_farther_left_is_left_out_first_and_a_name_may_say_more_than_a_head()
    {
        var table = new ConsoleTable().Label("part").Number("first", rank: 1).Number("bytes", rank: 2, name: "first in bytes").Number("second", rank: 1);
        table.Row("rest", "1", "2", "3");
        Assert.Equal(["part", "second"], Rendered.At(20, table).Heads);
        Assert.StartsWith("left out at 20 columns: first, first in bytes; 33 columns (COLUMNS=33)", Rendered.At(20, table).Note, StringComparison.Ordinal);
    }

    /// <summary>Down to the narrowest that COLUMNS takes: nothing is lost but the words' wholeness.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(40)]
    public void Labels_wrap_where_they_alone_are_too_wide(int width)
    {
        var table = new ConsoleTable().Label("point").Label("of").Number("predicted", rank: 1).Number("kept");
        table.Row("guide-354m fp16 batch 1 64+64 math", "quick", "1 MiB", "2 MiB");
        var rendered = Rendered.At(width, table);
        Assert.All(rendered.Lines, line => Assert.InRange(line.Length, 1, width));
        Assert.Equal(
            ["guide-354mfp16batch164+64math", "quick", "2MiB"],
            rendered.Columns.Select(cells => cells.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)));
    }
}
