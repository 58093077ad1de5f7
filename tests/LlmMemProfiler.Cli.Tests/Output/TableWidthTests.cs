using LlmMemProfiler.Cli.Commands;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Tests.Output;

public class TableWidthTests
{
    private const int Enough = 1_000;

    public static TheoryData<string, int> Tables
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var name in SampleTables.All.Keys)
                all.AddRange(((int[])[80, 100, 120, 200]).Select(width => new TheoryDataRow<string, int>(name, width)));
            return all;
        }
    }

    public static TheoryData<string> Names => [.. SampleTables.All.Keys];

    [Theory]
    [MemberData(nameof(Tables))]
    public void No_line_is_wider_than_the_console_and_every_label_is_whole(string name, int width)
    {
        var (table, labels) = SampleTables.All[name];
        var lines = Rendered.At(width, table()).Lines;
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.All(labels, label => Assert.Contains(lines, line => line.Split('│').Any(cell => cell.Trim() == label)));
        Assert.DoesNotContain(lines, line => line.Contains('…'));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Columns_are_whole_or_left_out_and_named(string name, int width)
    {
        var wide = Rendered.At(Enough, SampleTables.All[name].Table());
        var seen = Rendered.At(width, SampleTables.All[name].Table());
        Assert.Equal("", wide.Note);
        // What is there is there unbroken, in the same order.
        var (columns, heads) = (new Queue<string>(wide.Columns), new Queue<string>(wide.Heads));
        var leftOut = 0;
        foreach (var (cells, head) in seen.Columns.Zip(seen.Heads))
        {
            while (columns.Peek() != cells || heads.Peek() != head)
            {
                columns.Dequeue();
                heads.Dequeue();
                leftOut++;
                Assert.True(columns.Count > 0, $"'{head}' is not a whole column:\n{cells}");
            }
            columns.Dequeue();
            heads.Dequeue();
        }
        leftOut += columns.Count;

        if (leftOut == 0)
        {
            Assert.Equal("", seen.Note);
            return;
        }
        Assert.Matches($@"^left out at {width} columns: ([^,;]+, ){{{leftOut - 1}}}[^,;]+; \d+ columns \(COLUMNS=\d+\) or --json show all$", seen.Note);
        // The width that shows all is the least that does.
        var all = int.Parse(seen.Note.Split("COLUMNS=")[1].Split(')')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("", Rendered.At(all, SampleTables.All[name].Table()).Note);
        Assert.NotEqual("", Rendered.At(all - 1, SampleTables.All[name].Table()).Note);
    }

    [Theory]
    [InlineData("replay, levels", 80, "phase||requested|allocated|slack|reserved")]
    [InlineData("replay, peaks", 80, "part|allocated peak|reserved peak|bytes")]
    [InlineData("sweep --dry-run", 80, "point|predicted|fits")]
    [InlineData("validate --against", 80, "constant|change|")]
    [InlineData("validate --against", 120, "constant|now|change|%|")]
    [InlineData("run, tensors", 80, "part|guide|analytic|simulated|measured")]
    public void What_matters_least_is_left_out_first(string name, int width, string heads) =>
        Assert.Equal(heads.Split('|'), Rendered.At(width, SampleTables.All[name].Table()).Heads);

    [Theory]
    [MemberData(nameof(Names))]
    public void Some_number_is_left_on_the_narrowest_console(string name)
    {
        var rendered = Rendered.At(20, SampleTables.All[name].Table());
        Assert.All(rendered.Lines, line => Assert.InRange(line.Length, 1, 20));
        Assert.Contains(rendered.Columns, cells => cells.Any(char.IsDigit));
    }

    [Theory]
    [InlineData(80, 5)]
    [InlineData(100, 4)]
    [InlineData(120, 3)]
    [InlineData(200, 2)]
    public void What_the_doctor_found_wraps_at_words_beside_whole_labels(int width, int expected)
    {
        const string Found = "27 cases agree with the CPU's FP32: largest difference 1.3e-7 (FusedAttention); others are not tested on this machine yet, [as of today]";
        var lines = Rendered.At(width, DoctorCommand.Findings(new(1, true,
        [
            new("operations, cpu fp32", FindingState.Good, Found), new("NVIDIA driver", FindingState.Failed, "none"),
        ]))).Lines;
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        var cells = lines.Where(line => line[0] == '│').Select(line => line.Split('│')[1..^1].Select(cell => cell.Trim()).ToArray()).ToList();
        Assert.Equal(["operations, cpu fp32", "NVIDIA driver"], cells.Select(row => row[0]).Where(cell => cell.Length > 0));
        Assert.Equal(["ok", "FAILED"], cells.Select(row => row[1]).Where(cell => cell.Length > 0));
        Assert.Equal($"{Found} none", string.Join(' ', cells.Select(row => row[2])));
        Assert.Equal(expected, cells.Count);
    }
}
