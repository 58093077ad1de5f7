using System.Xml.Linq;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Tests.Plots;

namespace LlmMemProfiler.Reports.Tests;

/// <summary>Two machines differ in what their runtime takes. An error over both would be nobody's.</summary>
public sealed class TwoMachinesTests : IDisposable
{
    private static readonly IReadOnlyList<RunRecord> One = [.. SyntheticSweep.Axes().Select(r => r with { Device = r.Device with { Name = "One device" } })];

    /// <summary>The same points on another machine, where each takes 500 MiB more.</summary>
    private static readonly IReadOnlyList<RunRecord> Other =
        [.. SyntheticSweep.Axes(500 * ByteSize.MiB).Select((r, i) => r with { Device = r.Device with { Name = "Other device" }, Started = r.Started.AddSeconds(i + 1) })];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_row_of_an_accuracy_table_is_one_machines_and_what_a_report_on_it_alone_says()
    {
        var (first, second, both) = (Rows(Written("one", One)), Rows(Written("other", Other)), Rows(Written("both", [.. One, .. Other])));
        Assert.NotEqual(first, second);
        Assert.Equal(first.Concat(second).Order(), both.Select(WithoutMachine).Order());
        Assert.Equal(["One device", "Other device"], both.Select(row => row.Split(" | ")[0][2..]).Distinct());
    }

    [Fact]
    public void Each_picture_has_a_color_or_a_row_for_each_machine()
    {
        var report = Written("both", [.. One, .. Other]);
        foreach (var name in (string[])["predicted-measured", "error-by-axis", "guide-constant"])
        {
            var svg = File.ReadAllText(Path.Combine(report, "plots", name + ".svg"));
            // Once in the legend, and then for each of the sixteen points.
            Assert.All((string[])["#0072B2", "#D55E00"], color => Assert.InRange(svg.Split(color).Length - 1, 1 + 16, int.MaxValue));
        }
        foreach (var name in (string[])["account", "batch", "cache", "steps"])
        {
            var texts = SvgText.All(XDocument.Load(Path.Combine(report, "plots", name + ".svg"))).ToList();
            Assert.All((string[])["One device", "Other device"], machine => Assert.Contains(texts, t => t.StartsWith($"{machine}: ", StringComparison.Ordinal) && !t.Contains("Verdict", StringComparison.Ordinal)));
        }
    }

    /// <summary>The guide has 100 MiB for the runtime; one machine takes 163, the other 663.</summary>
    [Fact]
    public void The_guides_constant_is_tuned_for_each_machine()
    {
        var markdown = File.ReadAllText(Path.Combine(Written("both", [.. One, .. Other]), "report.md"));
        var first = After(File.ReadAllText(Path.Combine(Written("one", One), "report.md")));
        var second = After(File.ReadAllText(Path.Combine(Written("other", Other), "report.md")));
        Assert.NotEqual(first, second);
        Assert.Contains("One device: Before: ", markdown, StringComparison.Ordinal);
        Assert.Contains(first, markdown, StringComparison.Ordinal);
        Assert.Contains(second, markdown, StringComparison.Ordinal);

        static string After(string text) => text[text.IndexOf("After: ", StringComparison.Ordinal)..].Split('\n')[0];
    }

    [Fact]
    public void Other_threads_on_the_same_machine_are_another_setting_and_named_apart()
    {
        IReadOnlyList<RunRecord> two = [.. SyntheticSweep.Axes().Select(r => r with { Device = r.Device with { Name = "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz" }, Host = r.Host with { Threads = 2 } })];
        var three = two.Select((r, i) => r with { Host = r.Host with { Threads = 3 }, Started = r.Started.AddSeconds(i + 1) });
        var names = Machine.Of(ReportData.Of([.. two, .. three]).All).Select(m => m.Name).ToList();
        Assert.Equal(["Intel Xeon Platinum 8481C, threads 2", "Intel Xeon Platinum 8481C, threads 3"], names);
    }

    [Fact]
    public void Pooled_where_asked_for_they_are_one()
    {
        var data = ReportData.Of([.. One, .. Other], isPooled: true);
        Report.Write(ReportFolder.Open(folder["pooled"]), data, new());
        var (alone, pooled) = (Rows(Written("one", One)), Rows(folder["pooled"]));
        Assert.Equal(alone.Count, pooled.Count);
        Assert.Contains("All machines are pooled", File.ReadAllText(folder["pooled/report.md"]), StringComparison.Ordinal);
    }

    private string Written(string name, IReadOnlyList<RunRecord> records)
    {
        Report.Write(ReportFolder.Open(folder[name]), ReportData.Of(records), new());
        return folder[name];
    }

    /// <summary>The rows of all accuracy tables, in the order of the page.</summary>
    private static List<string> Rows(string report) =>
        [.. File.ReadAllText(Path.Combine(report, "report.md")).Split("\n## ")
            .Where(section => section.StartsWith("Accuracy by", StringComparison.Ordinal))
            .SelectMany(section => section.Split('\n').Where(line => line.StartsWith('|')).Skip(2))];

    private static string WithoutMachine(string row) => "| " + row.Split(" | ", 2)[1];
}
