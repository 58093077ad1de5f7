using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports;

/// <summary>
/// DejaVu Sans, carried inside the program: on a machine without fonts ScottPlot would drop all text without a word.
/// </summary>
internal static class PlotFont
{
    public const string Name = "DejaVu Sans";

    private static readonly SKTypeface Typeface = Load();

    /// <summary>Makes the font the default of all plots.</summary>
    public static void Use()
    {
        if (Fonts.FontResolvers.OfType<Resolver>().Any())
            return;
        Fonts.FontResolvers.Insert(0, new Resolver());
        Fonts.Default = Name;
    }

    private static SKTypeface Load()
    {
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => For(fontName);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => For(fontName);

        private static SKTypeface? For(string fontName) => fontName == Name ? Typeface : null;
    }
}
