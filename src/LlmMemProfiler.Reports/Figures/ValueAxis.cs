using System.Globalization;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>An axis of bytes or counts: linear, or log₂ if the range of values is wide.</summary>
/// <param name="Name">Name with unit.</param>
/// <param name="Low">Low end, in axis coordinates.</param>
/// <param name="High">High end.</param>
/// <param name="Unit">Bytes or counts per unit of a linear axis; null for a log₂ axis.</param>
/// <param name="Label">Tick label on a log₂ axis, from its value.</param>
internal sealed record ValueAxis(string Name, double Low, double High, double? Unit, Func<double, string> Label)
{
    /// <summary>Ratio of high to low above which an axis is log₂.</summary>
    private const double Wide = 12;

    private const int MaxTicks = 7;

    public bool IsLog => Unit is null;

    public static ValueAxis OfBytes(string name, IEnumerable<double> values, bool fromZero = false)
    {
        var (low, high) = Range(values);
        if (!fromZero && low > 0 && high > Wide * low)
            return Log2($"{name} (log scale)", low, high, v => Compact(new ByteSize((long)v)));
        var scale = SizeScale.For(Math.Max(high, 1));
        return Linear($"{name} [{scale.Name}]", fromZero ? Math.Min(0, low) : low, high, scale.Bytes, fromZero);
    }

    public static ValueAxis OfCounts(string name, IEnumerable<double> values)
    {
        var (low, high) = Range(values);
        return low > 0 && high > Wide * low ? Log2(name, low, high, Compact) : Linear(name, low, high, 1, fromZero: false);
    }

    public static ValueAxis OfPercent(string name, double low, double high) => Linear(name, low, high, 1, fromZero: false);

    /// <summary>Position of a value on the axis.</summary>
    public double Of(double value) => Unit is { } unit ? value / unit : Math.Log2(Math.Max(value, double.Epsilon));

    /// <param name="maxTicks">Maximum number of ticks on a log₂ axis.</param>
    public ITickGenerator Ticks(int maxTicks = MaxTicks)
    {
        if (!IsLog)
            return new NumericAutomatic { TickDensity = 0.6 };
        var stride = Math.Max(1, (int)Math.Ceiling((High - Low) / Math.Min(MaxTicks, maxTicks)));
        var ticks = new NumericManual();
        for (var power = (int)Math.Ceiling(Low); power <= High; power++)
        {
            if (power % stride == 0)
                ticks.AddMajor(power, Label(Math.Pow(2, power)));
        }
        return ticks;
    }

    private static ValueAxis Log2(string name, double low, double high, Func<double, string> label) =>
        // A small margin, rounded out to a tick at either end.
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
