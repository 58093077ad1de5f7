using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class PlotFontTests
{
    public PlotFontTests() => PlotFont.Use();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ScottPlot_draws_with_the_typeface_of_this_assembly_and_not_with_an_installed_one(bool bold)
    {
        var embedded = bold ? PlotFont.Bold : PlotFont.Regular;
        Assert.Equal(PlotFont.Family, embedded.FamilyName);
        Assert.Equal(bold, embedded.IsBold);
        Assert.Same(embedded, ScottPlot.Fonts.GetTypeface(new LabelStyle().FontName, bold, italic: false));
        Assert.IsType<PlotFont>(ScottPlot.Fonts.FontResolvers[0]);
    }

    [Fact]
    public void It_has_all_characters_that_plots_use() =>
        Assert.True(PlotFont.Regular.ContainsGlyphs("abcXYZ0123456789 .,:;+-=≈·…()[]_/'|×−")
            && PlotFont.Bold.ContainsGlyphs("abcXYZ0123456789 .,:;+-=≈·…()[]_/'|×−"));

    [Fact]
    public void It_leaves_other_names_to_others() => Assert.Null(
        ScottPlot.Fonts.FontResolvers[0].CreateTypeface("Comic Sans MS", FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal));

    [Fact]
    public void It_is_registered_once()
    {
        PlotFont.Use();
        Assert.Single(ScottPlot.Fonts.FontResolvers, resolver => resolver is PlotFont);
    }

    [Fact]
    public void Its_licence_travels_with_it()
    {
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream("fonts/LICENSE-DejaVu.txt");
        using var licence = new StreamReader(Assert.IsType<Stream>(stream, exactMatch: false));
        Assert.Contains("Bitstream Vera is\na trademark of Bitstream", licence.ReadToEnd(), StringComparison.Ordinal);
    }
}
