using System.Text.RegularExpressions;
using System.Xml.Linq;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Plots;
using LlmMemProfiler.Reports.Tests.Plots;

namespace LlmMemProfiler.Reports.Tests;

/// <summary>Nothing that a virtual GPU tells is called measured, and none of it is drawn together with what was.</summary>
public sealed partial class VirtualRecordsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Beside measured records, each kind's tables and pictures are as in a report on it alone: no error, band, line or bar is over both.</summary>
    [Fact]
    public void They_are_called_virtual_wherever_others_are_called_measured_and_are_drawn_apart()
    {
        var report = Written("virtual", SyntheticVirtual.Axes());
        string[] plots =
        [
            "attention", "batch", "cache", "card", "checked", "chunked-prefill", "error-by-axis", "length", "predicted", "quantisation", "steps",
        ];
        Assert.Equal(plots.Select(p => $"{p}-virtual.svg"), Directory.GetFiles(Path.Combine(report, "plots"), "*.svg").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        var texts = Directory.GetFiles(Path.Combine(report, "plots"), "*.svg").SelectMany(f => SvgText.All(XDocument.Load(f))).ToList();
        string[] pages = [File.ReadAllText(Path.Combine(report, "report.md")), CodeAndData().Replace(File.ReadAllText(Path.Combine(report, "report.html")), "")];
        Assert.All(texts.Concat(pages), text => Assert.DoesNotContain("measure", text, StringComparison.OrdinalIgnoreCase));
        Assert.All(pages, page => Assert.Contains("Run on NVIDIA H100 80GB HBM3 (virtual)", page, StringComparison.Ordinal));
        Assert.Contains("Predicted against virtual", texts);

        var measured = Written("measured", [.. SyntheticSweep.Axes().Take(3)]);
        var both = Written("both", [.. SyntheticSweep.Axes().Take(3), .. SyntheticVirtual.Axes()]);
        Assert.Equal(Sections(measured).Concat(Sections(report)).Order(), Sections(both).Order());
        foreach (var picture in Directory.GetFiles(Path.Combine(both, "plots"), "*.svg").Select(f => Path.GetFileName(f)!))
        {
            var alone = Path.Combine(picture.EndsWith("-virtual.svg", StringComparison.Ordinal) ? report : measured, "plots", picture);
            Assert.Equal(Picture(alone), Picture(Path.Combine(both, "plots", picture)));
        }
        var page = File.ReadAllText(Path.Combine(both, "report.html"));
        Assert.Contains("<a href=\"#batch\">Batch</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#batch-virtual\">Batch (virtual)</a>", page, StringComparison.Ordinal);
    }

    /// <summary>7 MiB beside some KiB of tensors, and then 0.5 to 1 GiB of the card.</summary>
    [Fact]
    public void A_total_is_drawn_only_with_what_a_card_takes_besides_and_whose_number_that_is()
    {
        CardOverhead besides = new(new([(Part.Context, new(700 * ByteSize.MiB))]), new(512 * ByteSize.MiB), new(1024 * ByteSize.MiB), "context of a test");
        var (with, without) = (Card(besides), Card(null));
        Assert.Contains(with, text => text.EndsWith("519.39 MiB to 1.01 GiB", StringComparison.Ordinal));
        Assert.Contains("With context of a test; not seen here.", with);
        Assert.Contains("context, not seen", with);
        Assert.Contains(without, text => text.EndsWith("7.39 MiB and more", StringComparison.Ordinal));
        Assert.DoesNotContain(without, text => text.StartsWith("context, ", StringComparison.Ordinal));
        var least = besides with { High = null };
        Assert.Contains(Card(least), text => text.EndsWith("at least 519.39 MiB", StringComparison.Ordinal));

        IReadOnlyList<string> Card(CardOverhead? overhead)
        {
            var points = ReportData.Of(SyntheticVirtual.Axes(), overheadOf: _ => overhead).Series[0].Points;
            return SvgText.All(XDocument.Parse(new FigurePage(CardBars.Of(points)).Svg())).ToList();
        }
    }

    /// <summary>Neither a total nor a time.</summary>
    [Fact]
    public void A_picture_of_a_run_has_no_total_and_calls_its_seconds_no_GPUs()
    {
        var measured = SvgText.All(XDocument.Parse(MemoryPlot.Svg(SyntheticRun.Guide()))).ToList();
        var shown = SvgText.All(XDocument.Parse(MemoryPlot.Svg(SyntheticVirtual.Of(SyntheticRun.Guide())))).ToList();
        Assert.Contains(measured, text => text.StartsWith("total ", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, text => text.StartsWith("total ", StringComparison.Ordinal));
        Assert.Contains("order of events; these seconds are no GPU's", shown);
        Assert.Contains(shown, text => text.StartsWith("NVIDIA H100 80GB HBM3 (virtual) · virtual tensor peak", StringComparison.Ordinal));
        Assert.All(shown, text => Assert.DoesNotContain("measure", text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_folder_is_there_only_once_something_is_written()
    {
        var open = ReportFolder.Open(folder["new/report"]);
        Assert.False(Directory.Exists(folder["new"]));
        open.Write("report.md", [1]);
        Assert.True(File.Exists(folder["new/report/report.md"]));
    }

    private string Written(string name, IReadOnlyList<RunRecord> records)
    {
        Report.Write(ReportFolder.Open(folder[name]), ReportData.Of(records), new());
        return folder[name];
    }

    /// <summary>Without the numbers that are new in each drawing.</summary>
    private static string Picture(string file) => ClipIds().Replace(File.ReadAllText(file), "");

    private static string[] Sections(string report) => File.ReadAllText(Path.Combine(report, "report.md")).Split("\n## ")[1..].Select(s => s.Trim()).ToArray();

    [GeneratedRegex("<script.*?</script>|<style.*?</style>|base64,[^\"]*", RegexOptions.Singleline)]
    private static partial Regex CodeAndData();

    [GeneratedRegex("cl_[0-9a-f]+")]
    private static partial Regex ClipIds();
}
