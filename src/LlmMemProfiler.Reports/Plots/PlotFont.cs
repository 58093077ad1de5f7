using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// Typefaces for all plots, embedded in this assembly, so no installed fonts are needed. Without a font, ScottPlot silently draws
/// plots with no text.
/// </summary>
public sealed class PlotFont : IFontResolver
{
    /// <summary>Font family name for ScottPlot.</summary>
    public const string Family = "DejaVu Sans";

    /// <summary>Font families in SVG files; Verdana has the same widths.</summary>
    public const string SvgFamilies = "'DejaVu Sans', Verdana, Geneva, sans-serif";

    private static readonly Lazy<PlotFont> Font = new(Register);

    private PlotFont()
    {
    }

    public static SKTypeface Regular => Font.Value.regular;

    public static SKTypeface Bold => Font.Value.bold;

    private readonly SKTypeface regular = Read("DejaVuSans.ttf");

    private readonly SKTypeface bold = Read("DejaVuSans-Bold.ttf");

    /// <summary>Makes this the default font of every ScottPlot object created from now on. Idempotent.</summary>
    public static void Use() => _ = Font.Value;

    /// <summary>The embedded typeface if the name is <see cref="Family"/>; otherwise null, for other resolvers to answer.</summary>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant != FontSlant.Upright);

    /// <inheritdoc cref="CreateTypeface(string, FontWeight, FontSlant, FontSpacing)"/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName != Family ? null : bold ? this.bold : regular;

    private static PlotFont Register()
    {
        var font = new PlotFont();
        // First in the list, so that an installed font of the same name does not win.
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
