using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What an interval's width is counted in.</summary>
[JsonConverter(typeof(WordConverter<WidthUnit>))]
public enum WidthUnit
{
    /// <summary>The same for small and large totals.</summary>
    Bytes,

    /// <summary>A fraction of the predicted total.</summary>
    Fraction,
}

/// <summary>Half of an interval's width.</summary>
/// <param name="Unit">What it is counted in: whichever made the fit's errors more even between small and large totals.</param>
/// <param name="Value">Bytes, or a fraction.</param>
public sealed record HalfWidth(WidthUnit Unit, double Value)
{
    /// <exception cref="OverflowException">It does not fit 64 bits.</exception>
    public ByteSize Of(ByteSize total) => new(checked((long)Math.Ceiling(Unit == WidthUnit.Bytes ? Value : Value * total.Bytes)));

    /// <summary>An error in this unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="bytes">The absolute error.</param>
    /// <param name="predicted">The predicted total.</param>
    public static double In(WidthUnit unit, long bytes, ByteSize predicted) =>
        Math.Abs((double)bytes) / (unit == WidthUnit.Bytes ? 1 : Math.Max(1, predicted.Bytes));
}
