using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// The typefaces of all plots, read from this assembly: neither installed fonts nor the file system are needed. Without any font
/// ScottPlot draws a plot with no text at all, and says nothing.
/// </summary>
public sealed class PlotFont : IFontResolver
{
    /// <summary>The family under which ScottPlot finds this font.</summary>
    public const string Family = "DejaVu Sans";

    /// <summary>What an SVG asks a viewer for; Verdana has the same widths.</summary>
    public const string SvgFamilies = "'DejaVu Sans', Verdana, Geneva, sans-serif";

    private static readonly Lazy<PlotFont> Font = new(Register);

    private PlotFont()
    {
    }

    public static SKTypeface Regular => Font.Value.regular;

    public static SKTypeface Bold => Font.Value.bold;

    private readonly SKTypeface regular = Read("DejaVuSans.ttf");

    private readonly SKTypeface bold = Read("DejaVuSans-Bold.ttf");

    /// <summary>Makes this font the one of every ScottPlot object created from now on. May be called any number of times.</summary>
    public static void Use() => _ = Font.Value;

    /// <summary>The embedded typeface if the name is <see cref="Family"/>, else null: another resolver's business.</summary>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant != FontSlant.Upright);

    /// <inheritdoc cref="CreateTypeface(string, FontWeight, FontSlant, FontSpacing)"/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName != Family ? null : bold ? this.bold : regular;

    private static PlotFont Register()
    {
        var font = new PlotFont();
        // First in the list: the resolver of installed fonts must not answer for a font of the same name.
        ScottPlot.Fonts.FontResolvers.Insert(0, font);
        ScottPlot.Fonts.Default = Family;
        return font;
    }

    private static SKTypeface Read(string file)
    {
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream($"fonts/{file}")!;
        return SKTypeface.FromStream(stream);
    }
}
