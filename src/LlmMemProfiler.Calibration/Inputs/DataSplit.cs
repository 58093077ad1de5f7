using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What a point is used for.</summary>
public enum DataSplit
{
    /// <summary>Fitting constants.</summary>
    Fit,

    /// <summary>Setting the intervals' width.</summary>
    Conformal,

    /// <summary>Reporting errors, and nothing else.</summary>
    HeldOut,
}

/// <summary>Splits points by the first hex digit of their id, a hash; the rule was fixed before any measurement.</summary>
public static class DataSplits
{
    /// <summary>0 to 4 (31 %): held out; 5 to 8 (25 %): intervals; 9 to f (44 %): fit. Repeats of a point stay together.</summary>
    /// <exception cref="InputException">The id does not start with a hex digit.</exception>
    public static DataSplit Of(string pointId) => pointId is [var digit, ..] && char.IsAsciiHexDigit(digit)
        ? Convert.ToInt32($"{digit}", 16) switch
        {
            < 5 => DataSplit.HeldOut,
            < 9 => DataSplit.Conformal,
            _ => DataSplit.Fit,
        }
        : throw new InputException($"bad point id '{pointId}'; must start with a hex digit");
}
