using System.Xml.Linq;
using LlmMemProfiler.Core.Records;
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
    public void A_character_that_the_font_lacks_is_escaped(string text, string drawn)
    {
        Assert.Equal(drawn, DrawableText.Of(text));
        Assert.Equal(drawn, DrawableText.Of(drawn));
        Assert.True(PlotFont.Regular.ContainsGlyphs(drawn) && PlotFont.Bold.ContainsGlyphs(drawn));
    }

    [Fact]
    public void A_picture_is_drawn_with_the_legible_name() =>
        Assert.Equal(MemoryPlot.Png(Named("\\u5343\\u95ee-7B")), MemoryPlot.Png(Named("千问-7B")));

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
