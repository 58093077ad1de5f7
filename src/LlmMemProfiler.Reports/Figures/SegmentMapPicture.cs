using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>
/// The caching allocator's segments at one moment, and their contents: one panel per pool, one box per segment.
/// </summary>
public sealed class SegmentMapPicture
{
    private const double Thickness = 0.72;

    private readonly FigurePage page;

    private SegmentMapPicture(FigurePage page) => this.page = page;

    /// <param name="map">The segments.</param>
    /// <param name="moment">When.</param>
    /// <param name="isReserved">True for the reserved peak, false for the allocated one.</param>
    /// <param name="source">Name of the stream, for the note.</param>
    public static SegmentMapPicture Of(SegmentMap map, AllocatorMoment moment, bool isReserved, string source)
    {
        var l = moment.Levels;
        var pools = map.Segments.GroupBy(s => s.Pool).OrderByDescending(p => p.Key).ToArray();
        string[] note =
        [
            $"{PlainText.Cut(source, 80)}, in {moment.Tag}.",
            $"Reserved {l.Reserved} = requested {l.Requested} + rounding {l.Rounding} + slack {l.Slack}. Each box is a segment; they are sorted by address.",
        ];
        var panels = pools.Select(p => Panel(p.Key, [.. p])).ToArray();
        var rows = panels.Max(p => p?.Rows?.Count) ?? 1;
        return new(new(new(
            "segments", $"Segments of the caching allocator at the {(isReserved ? "reserved" : "allocated")} peak", note, Legend(map),
            panels.Length > 0 ? panels : [Empty])
        {
            Columns = 1,
            PanelHeight = Math.Max(70, 24 * rows),
        }));
    }

    /// <summary>The bytes of a PNG file, 1,600 pixels wide.</summary>
    public byte[] Png() => page.Png();

    /// <summary>An SVG document with its text as text.</summary>
    public string Svg() => page.Svg();

    private static Panel Empty => new("", new("", 0, 1, 1, _ => ""), new("", 0, 1, 1, _ => ""), _ => { }) { EmptyText = "no segments are reserved" };

    private static IReadOnlyList<LegendEntry> Legend(SegmentMap map)
    {
        var sizes = map.Segments.SelectMany(s => s.Blocks).SelectMany(SegmentRows.Pieces).GroupBy(p => p.Part)
            .ToDictionary(p => p.Key, p => new ByteSize(p.Sum(piece => piece.Size)));
        return [.. Parts.All.Where(sizes.ContainsKey).Select(p => new LegendEntry($"{p.Name()} {sizes[p]}", PartColors.Of(p), IsLine: false))];
    }

    private static Panel Panel(PoolKind pool, IReadOnlyList<MappedSegment> segments)
    {
        var rows = SegmentRows.Of(segments);
        var scale = SizeScale.For(rows.Width);
        var size = new ByteSize(segments.Sum(s => s.Size.Bytes));
        var x = new ValueAxis($"segments, end to end [{scale.Name}]", 0, 1.01 * rows.Width / scale.Bytes, scale.Bytes, _ => "");
        var y = new ValueAxis("", 0.4, rows.Rows.Count + 0.6, 1, _ => "");
        var heading = string.Create(
            CultureInfo.InvariantCulture, $"{pool.ToString().ToLowerInvariant()} pool: {segments.Count:N0} segment{(segments.Count == 1 ? "" : "s")}, {size}");
        return new(heading, x, y, plot => Fill(plot, rows, x))
        {
            RowsWidth = 150,
            Rows = [.. rows.Rows.Select((row, i) => ((double)(rows.Rows.Count - i), Name(row)))],
        };
    }

    private static string Name(IReadOnlyList<MappedSegment> row) => row.All(s => s.Size == row[0].Size)
        ? string.Create(CultureInfo.InvariantCulture, $"{row.Count:N0} × {row[0].Size}")
        : string.Create(CultureInfo.InvariantCulture, $"{row.Count:N0} segments, {new ByteSize(row.Sum(s => s.Size.Bytes))}");

    private static void Fill(Plot plot, SegmentRows rows, ValueAxis x)
    {
        for (var i = 0; i < rows.Rows.Count; i++)
        {
            var place = rows.Rows.Count - i;
            foreach (var (part, start, end) in rows.Spans(rows.Rows[i]))
                Box(plot, x.Of(start), x.Of(end), place, PartColors.Of(part), 0.3f);
            var at = 0L;
            foreach (var segment in rows.Rows[i])
            {
                Box(plot, x.Of(at), x.Of(at + segment.Size.Bytes), place, Colors.Transparent, 1.3f);
                at += segment.Size.Bytes;
            }
        }
    }

    private static void Box(Plot plot, double left, double right, double place, Color fill, float line)
    {
        var box = plot.Add.Rectangle(left, right, place - (Thickness / 2), place + (Thickness / 2));
        (box.FillColor, box.LineColor, box.LineWidth) = (fill, LineColors.Text, line);
    }
}
