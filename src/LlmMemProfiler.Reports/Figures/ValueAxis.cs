using System.Globalization;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>An axis of bytes or of counts: linear, or by doubling where the values' range is wide.</summary>
/// <param name="Name">With the unit.</param>
/// <param name="Low">Lower end, in the axis's own coordinates.</param>
/// <param name="High">Upper end.</param>
/// <param name="Unit">Bytes, or counts, in one unit of a linear axis; null for an axis by doubling.</param>
/// <param name="Label">A tick's text on an axis by doubling, from its value.</param>
internal sealed record ValueAxis(string Name, double Low, double High, double? Unit, Func<double, string> Label)
{
    /// <summary>Ranges wider than this are shown by doubling.</summary>
    private const double Wide = 12;

    private const int MostTicks = 7;

    public bool IsLog => Unit is null;

    public static ValueAxis OfBytes(string name, IEnumerable<double> values, bool fromZero = false)
    {
        var (low, high) = Range(values);
        if (!fromZero && low > 0 && high > Wide * low)
            return ByDoubling($"{name} (by doubling)", low, high, v => Compact(new ByteSize((long)v)));
        var scale = SizeScale.For(Math.Max(high, 1));
        return Linear($"{name} [{scale.Name}]", fromZero ? Math.Min(0, low) : low, high, scale.Bytes, fromZero);
    }

    public static ValueAxis OfCounts(string name, IEnumerable<double> values)
    {
        var (low, high) = Range(values);
        return low > 0 && high > Wide * low ? ByDoubling(name, low, high, Compact) : Linear(name, low, high, 1, fromZero: false);
    }

    public static ValueAxis OfPercent(string name, double low, double high) => Linear(name, low, high, 1, fromZero: false);

    /// <summary>Where a value lies on the axis.</summary>
    public double Of(double value) => Unit is { } unit ? value / unit : Math.Log2(Math.Max(value, double.Epsilon));

    /// <param name="mostTicks">As many as there is room for on an axis by doubling.</param>
    public ITickGenerator Ticks(int mostTicks = MostTicks)
    {
        if (!IsLog)
            return new NumericAutomatic { TickDensity = 0.6 };
        var stride = Math.Max(1, (int)Math.Ceiling((High - Low) / Math.Min(MostTicks, mostTicks)));
        var ticks = new NumericManual();
        for (var power = (int)Math.Ceiling(Low); power <= High; power++)
        {
            if (power % stride == 0)
                ticks.AddMajor(power, Label(Math.Pow(2, power)));
        }
        return ticks;
    }

    private static ValueAxis ByDoubling(string name, double low, double high, Func<double, string> label) =>
        // Half a doubling of room; a tick at least at either end.
        new(name, Math.Floor(Math.Log2(low) - 0.15), Math.Ceiling(Math.Log2(high) + 0.15), null, label);

    private static ValueAxis Linear(string name, double low, double high, double unit, bool fromZero)
    {
        var room = high > low ? 0.06 * (high - low) : Math.Max(1, Math.Abs(high) * 0.1);
        return new(name, fromZero && low >= 0 ? 0 : (low - room) / unit, (high + room) / unit, unit, v => v.ToString("G4", CultureInfo.InvariantCulture));
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return low <= high ? (low, high) : (0, 1);
    }

    private static string Compact(ByteSize size)
    {
        var scale = SizeScale.For(2.0 * size.Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{scale.Of(size):0.##} {scale.Name}");
    }

    private static string Compact(double count) => count switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.#} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.#} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.#} k"),
        _ => count.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
