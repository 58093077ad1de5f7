using System.Text.RegularExpressions;
using System.Xml.Linq;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Tests.Plots;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Tests;

public sealed partial class ReportTests : IDisposable
{
    private const string Hostile = "</script><script>alert(1)</script>\u0001{{script}}]]>|`<b>\ud800";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_files_are_there_and_none_is_left_unfinished()
    {
        Write(SyntheticSweep.Axes());
        string[] plots =
        [
            "account", "attention", "batch", "cache", "chunked-prefill", "error-by-axis", "guide-constant", "length", "predicted-measured",
            "quantisation", "steps",
        ];
        string[] expected = [.. plots.SelectMany(p => (string[])[$"plots/{p}.png", $"plots/{p}.svg"]), "records.csv", "report.html", "report.md"];
        Assert.Equal(expected, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.Path, f)).Order(StringComparer.Ordinal));
        var markdown = File.ReadAllText(folder["report.md"]);
        Assert.All(plots, p => Assert.Contains($"(plots/{p}.png)", markdown, StringComparison.Ordinal));
        foreach (var png in Directory.GetFiles(folder["plots"], "*.png"))
        {
            using var picture = SKBitmap.Decode(png);
            Assert.Equal(1600, picture.Width);
            var (right, bottom) = (picture.Width - 3, picture.Height - 3);
            Assert.All(
                Enumerable.Range(0, picture.Width).SelectMany(x => (SKColor[])[picture.GetPixel(x, 2), picture.GetPixel(x, bottom)])
                    .Concat(Enumerable.Range(0, picture.Height).SelectMany(y => (SKColor[])[picture.GetPixel(2, y), picture.GetPixel(right, y)])).Distinct(),
                edge => Assert.Equal(SKColors.White, edge));
        }
    }

    [Fact]
    public void Text_in_pictures_stays_on_the_page_and_apart()
    {
        RunRecord[] hostile = [.. SyntheticSweep.Axes().Select(r => r with { Model = r.Model with { Name = Hostile + new string('W', 300) } })];
        RunRecord[] several = [.. SyntheticSweep.Axes(), .. SyntheticSweep.Axes().Select(r => r with { Device = r.Device with { Name = "Another device" } })];
        foreach (var records in (RunRecord[][])[[.. SyntheticSweep.Axes()], several, hostile])
        {
            Write(records);
            foreach (var file in Directory.GetFiles(folder["plots"], "*.svg"))
            {
                var svg = XDocument.Load(file);
                var height = int.Parse(((string)svg.Root!.Attribute("viewBox")!).Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture);
                var texts = SvgText.Upright(svg);
                Assert.True(texts.Count > 5, file);
                // Names of usual length are not cut off.
                Assert.True(records == hostile || !texts.Any(t => t.Text.Contains('…', StringComparison.Ordinal)), file);
                Assert.All(texts, t => Assert.True(t.Left >= 0 && t.Top >= 0 && t.Right <= 962 && t.Bottom <= height, $"{file}: {t}"));
                for (var i = 0; i < texts.Count; i++)
                    Assert.All(texts.Skip(i + 1), other => Assert.False(texts[i].Overlaps(other), $"{file}: {texts[i]} and {other}"));
                Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "script");
            }
        }
    }

    [Fact]
    public void A_name_that_the_font_lacks_is_legible_in_every_picture_and_whole_in_page_and_table()
    {
        const string Name = "千问-7B";
        Write([.. SyntheticSweep.Axes().Select(r => r with { Model = r.Model with { Name = Name } })]);

        var texts = Directory.GetFiles(folder["plots"], "*.svg").SelectMany(file => SvgText.All(XDocument.Load(file))).ToList();
        Assert.Contains(texts, text => text.Contains("\\u5343\\u95ee-7B", StringComparison.Ordinal));
        // A glyph that is missing has no character in an SVG.
        Assert.All(texts, text => Assert.DoesNotContain('\uFFFD', text));
        Assert.All(texts.Where(text => text.Contains("-7B", StringComparison.Ordinal)), text => Assert.Contains("\\u95ee-7B", text, StringComparison.Ordinal));
        Assert.Contains($",{Name},", File.ReadAllText(folder["records.csv"]), StringComparison.Ordinal);
        Assert.Contains(Name, File.ReadAllText(folder["report.md"]), StringComparison.Ordinal);
        Assert.Contains($">{Name} ", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_a_record_becomes_markup()
    {
        var record = SyntheticSweep.Axes()[0];
        Write([record with
        {
            Model = record.Model with { Name = Hostile },
            Device = record.Device with { Name = Hostile },
            Status = RunStatus.Ok,
            Estimates = [record.Estimates[0] with { Estimator = Hostile }],
        }]);
        var page = File.ReadAllText(folder["report.html"]);
        // The data and the page's own script, and no third one.
        Assert.Equal(2, Script().Count(page));
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", File.ReadAllText(folder["report.md"]), StringComparison.Ordinal);
        Assert.Contains("{{script}}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_no_address_outside_itself()
    {
        Write(SyntheticSweep.Axes());
        var page = File.ReadAllText(folder["report.html"]);
        Assert.DoesNotMatch(@"(src|href)=""(?!data:|#)", page);
        Assert.DoesNotMatch(@"url\(", page);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_records_do_not_vary_is_said()
    {
        Write([SyntheticSweep.Axes()[0]]);
        var page = File.ReadAllText(folder["report.html"]);
        foreach (var axis in (string[])["batch", "length", "quantisation", "attention", "chunked-prefill", "cache"])
        {
            Assert.Contains("differ only in this", Regex.Match(page, $"<figure id=\"{axis}\">.*?</figure>").Value, StringComparison.Ordinal);
            Assert.False(File.Exists(folder[$"plots/{axis}.svg"]));
        }
    }

    [Fact]
    public void Of_many_points_a_part_is_drawn_and_that_is_said()
    {
        Write(SyntheticSweep.Many(1_200));
        var svg = XDocument.Load(folder["plots/predicted-measured.svg"]);
        Assert.Contains(SvgText.All(svg), t => t.Contains("1,500 of 3,600 pairs are drawn", StringComparison.Ordinal));
        Assert.InRange(new FileInfo(folder["plots/predicted-measured.svg"]).Length, 1, 2_000_000);
    }

    [Fact]
    public void A_record_without_anything_known_is_reported_too()
    {
        var record = SyntheticSweep.Axes()[0];
        Write([record with
        {
            Status = RunStatus.Failed,
            Measured = new() { Parts = new(), TensorParts = new(), Phases = [] },
            Estimates = [],
            Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] },
        }]);
        Assert.Contains("1 failed", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_shows_at_once()
    {
        File.WriteAllText(folder["file"], "");
        Assert.Contains("cannot write", Assert.ThrowsAny<InputException>(() => ReportFolder.Open(folder["file"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_fails_halfway_leaves_the_old_one()
    {
        var report = ReportFolder.Open(folder.Path);
        report.Write("a.txt", "old"u8.ToArray());
        Assert.ThrowsAny<InputException>(() => report.Write("a.txt", stream =>
        {
            stream.Write("ne"u8);
            throw new IOException("no space left");
        }));
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
    }

    private void Write(IEnumerable<RunRecord> records) => Report.Write(ReportFolder.Open(folder.Path), ReportData.Of(records), new());

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
