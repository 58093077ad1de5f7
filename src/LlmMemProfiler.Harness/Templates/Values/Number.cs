using System.Globalization;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>A number: whole, of 64 bits where Python has no bound, or not. True is 1.</summary>
public readonly record struct Number(long? Whole, double Real)
{
    /// <summary>The number that a value is; null for none.</summary>
    public static Number? Of(object? value) => value switch
    {
        bool truth => new(truth ? 1 : 0, truth ? 1 : 0),
        long whole => new(whole, whole),
        double real => new(null, real),
        _ => null,
    };

    /// <summary>The number that a text says, by Python's <c>int</c> or <c>float</c>; null for none.</summary>
    public static object? Read(string text, bool isWhole) =>
        isWhole ? long.TryParse(text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null
        : double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real
        : null;

    public int CompareTo(Number other) => Whole is { } a && other.Whole is { } b ? a.CompareTo(b) : Real.CompareTo(other.Real);
}
