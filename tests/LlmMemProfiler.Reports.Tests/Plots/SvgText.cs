using System.Globalization;
using System.Xml.Linq;

namespace LlmMemProfiler.Reports.Tests.Plots;

/// <summary>One text of an SVG, in page units. Boxes are those of capitals and descenders of the text's size.</summary>
internal sealed record SvgText(string Text, double Left, double Top, double Right, double Bottom)
{
    public bool Overlaps(SvgText other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>All texts; a turned one, which is an axis's name, has no box and is left out.</summary>
    public static IReadOnlyList<SvgText> Upright(XDocument svg) =>
        [.. svg.Descendants().Where(IsText).Where(e => !Transform(e).StartsWith("matrix", StringComparison.Ordinal)).Select(Of)];

    public static IReadOnlyList<string> All(XDocument svg) => [.. svg.Descendants().Where(IsText).Select(e => e.Value.Trim())];

    private static bool IsText(XElement element) => element.Name.LocalName == "text";

    private static string Transform(XElement element) => (string?)element.Attribute("transform") ?? "";

    private static SvgText Of(XElement element)
    {
        var size = Numbers((string)element.Attribute("font-size")!)[0];
        var x = Numbers((string)element.Attribute("x")!);
        var y = Numbers((string)element.Attribute("y")!)[0];
        var moved = Transform(element) is { Length: > 0 } transform
            ? Numbers(transform.Replace("translate(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal))
            : [0, 0];
        return new(
            element.Value.Trim(), moved[0] + x[0], moved[1] + y - 0.73 * size, moved[0] + x[^1] + 0.6 * size, moved[1] + y + 0.2 * size);
    }

    private static double[] Numbers(string text) =>
        [.. text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
}
