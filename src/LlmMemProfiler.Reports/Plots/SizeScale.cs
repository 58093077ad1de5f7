using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>The binary unit of an axis and its labels.</summary>
/// <param name="Bytes">Bytes per unit.</param>
/// <param name="Name">For example, 'MiB'.</param>
internal sealed record SizeScale(long Bytes, string Name)
{
    /// <summary>The largest unit of which at least two fit on the axis.</summary>
    /// <param name="top">High end of the axis, in bytes.</param>
    public static SizeScale For(double top) => top switch
    {
        >= 2 * ByteSize.GiB => new(ByteSize.GiB, "GiB"),
        >= 2 * ByteSize.MiB => new(ByteSize.MiB, "MiB"),
        >= 2 * ByteSize.KiB => new(ByteSize.KiB, "KiB"),
        _ => new(1, "B"),
    };

    public double Of(ByteSize size) => (double)size.Bytes / Bytes;

    /// <summary>Four significant digits without the unit, such as '688.1'.</summary>
    public string Number(ByteSize size)
    {
        var number = Of(size);
        var whole = number == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(number)));
        var decimals = Bytes == 1 ? 0 : Math.Clamp(3 - whole, 0, 3);
        return number.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }
}
