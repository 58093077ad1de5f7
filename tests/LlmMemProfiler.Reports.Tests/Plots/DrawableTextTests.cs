using System.Xml.Linq;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

/// <summary>What the plots' font lacks would be a box.</summary>
public class DrawableTextTests
{
    [Theory]
    [InlineData("gpt2-xl, fp16", "gpt2-xl, fp16")]
    [InlineData("Größe × 2 − 1 · привет …", "Größe × 2 − 1 · привет …")]
    [InlineData("千问-7B", "\\u5343\\u95ee-7B")]
    [InlineData("日本語モデル", "\\u65e5\\u672c\\u8a9e\\u30e2\\u30c7\\u30eb")]
    [InlineData("한국어", "\\ud55c\\uad6d\\uc5b4")]
    [InlineData("m😀", "m\\ud83d\\ude00")]
    [InlineData("a\e[2J\nb", "a\\u001b[2J\\u000ab")]
    [InlineData("ä\u202eb", "ä\\u202eb")]
    public void A_character_that_the_font_lacks_is_escaped(string text, string drawn)
    {
        Assert.Equal(drawn, DrawableText.Of(text));
        Assert.Equal(drawn, DrawableText.Of(drawn));
        Assert.True(PlotFont.Regular.ContainsGlyphs(drawn) && PlotFont.Bold.ContainsGlyphs(drawn));
    }

    [Fact]
    public void A_picture_is_drawn_with_the_legible_name() =>
        Assert.Equal(MemoryPlot.Png(Named("\\u5343\\u95ee-7B")), MemoryPlot.Png(Named("千问-7B")));

    /// <summary>Title, error and device of a run, and title, note, heading and legend of a figure.</summary>
    [Fact]
    public void A_picture_holds_nothing_that_is_not_seen()
    {
        const string hostile = "a\e[2J\u202eb";
        var run = Named(hostile) with { Status = RunStatus.Failed, Error = hostile, Device = SyntheticRun.Guide().Device with { Name = hostile } };
        var panel = new Panel(hostile, ValueAxis.OfPercent("x", 0, 1), ValueAxis.OfPercent("y", 0, 1), _ => { }) { EmptyText = hostile };
        var figure = new Figure("f", hostile, [hostile], [new LegendEntry(hostile, LineColors.Text, IsLine: true)], [panel]);
        foreach (var (svg, count) in ((string, int)[])[(MemoryPlot.Svg(run), 3), (new FigurePage(figure).Svg(), 5)])
        {
            Assert.DoesNotContain(svg, c => c is '\e' or '\u202e');
            Assert.Equal(count, svg.Split("a\\u001b[2J\\u202eb").Length - 1);
        }
    }

    [Fact]
    public void The_workload_stands_in_the_title_even_after_a_long_name()
    {
        var title = SvgText.All(XDocument.Parse(MemoryPlot.Svg(Named(new string('千', 100)))))[0];

        Assert.StartsWith("\\u5343\\u5343", title, StringComparison.Ordinal);
        Assert.Contains("…, fp16, batch 1, prompt 64 + 64 new tokens", title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_does_not_part_a_surrogate_pair() => Assert.Equal("abc…", PlainText.Cut("abc😀def", 5));

    private static RunRecord Named(string name) => SyntheticRun.Guide() with { Model = SyntheticRun.Guide().Model with { Name = name } };
}
