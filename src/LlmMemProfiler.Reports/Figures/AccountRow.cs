using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>An account as a bar.</summary>
/// <param name="Text">Label of the account.</param>
/// <param name="Account">Its parts.</param>
/// <param name="BytesPerUnit">Bytes per unit of the axis.</param>
internal sealed record AccountRow(string Text, MemoryAccount Account, double BytesPerUnit)
{
    private const double Thickness = 0.42;

    private static readonly PageText LabelStyle = new(FigureAxes.LabelSize, LineColors.Text);

    /// <summary>The bar's ends, in axis units; the low end is negative if a residual is.</summary>
    public (double Low, double High) Ends => (
        Account.Known.Where(p => p.Size.Bytes < 0).Sum(p => p.Size.Bytes / BytesPerUnit),
        Account.Known.Where(p => p.Size.Bytes > 0).Sum(p => p.Size.Bytes / BytesPerUnit));

    /// <summary>A panel of grouped bars, the first group on top.</summary>
    /// <param name="heading">Above it.</param>
    /// <param name="x">The bottom axis.</param>
    /// <param name="groups">The bars.</param>
    /// <param name="room">Groups that there is room for, so that bars of a figure's panels are equally thick; 0 for as many as there are.</param>
    public static Panel Panel(string heading, ValueAxis x, IReadOnlyList<(string Text, IReadOnlyList<AccountRow> Bars)> groups, int room = 0)
    {
        var places = new List<(double Place, string Text)>();
        var bars = new List<(double Place, AccountRow Row)>();
        for (var i = 0; i < groups.Count; i++)
        {
            for (var j = 0; j < groups[i].Bars.Count; j++)
            {
                var row = groups[i].Bars[j];
                var place = groups.Count - i - 0.5 * j;
                bars.Add((place, row));
                places.Add((place, j == 0 ? Label(groups[i].Text, row.Text) : row.Text));
            }
        }
        var y = new ValueAxis("", 0.1 - Math.Max(0, room - groups.Count), groups.Count + 0.6, 1, _ => "");
        return new(heading, x, y, plot => bars.ForEach(b => b.Row.Draw(plot, b.Place))) { Rows = places };
    }

    /// <summary>A legend of the parts in the bars.</summary>
    public static IReadOnlyList<LegendEntry> Legend(IEnumerable<AccountRow> rows)
    {
        var present = rows.SelectMany(r => r.Account.Known).Where(p => p.Size.Bytes != 0).Select(p => p.Part).ToHashSet();
        return [.. Parts.All.Where(present.Contains).Select(p => new LegendEntry(p.Name(), PartColors.Of(p), IsLine: false))];
    }

    /// <summary>A name, truncated to fit, followed by a size.</summary>
    private static string Label(string name, string size)
    {
        var room = FigureAxes.RowsWidth - LabelStyle.Width($"…  {size}");
        return LabelStyle.Width(name) <= room ? $"{name}  {size}" : $"{(LabelStyle with { Size = LabelStyle.Size / 0.75f }).Fit(name, room).Text}  {size}";
    }

    private void Draw(Plot plot, double place)
    {
        var (low, high) = (0.0, 0.0);
        foreach (var (part, size) in Account.Known.Where(p => p.Size.Bytes != 0))
        {
            var length = size.Bytes / BytesPerUnit;
            var from = length < 0 ? low += length : (high += length) - length;
            var area = plot.Add.Rectangle(from, from + Math.Abs(length), place - Thickness / 2, place + Thickness / 2);
            (area.FillColor, area.LineColor, area.LineWidth) = (PartColors.Of(part), LineColors.Text, 0.4f);
        }
    }
}
