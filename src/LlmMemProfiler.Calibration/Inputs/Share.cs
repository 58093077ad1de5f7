using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What a point serves for.</summary>
public enum Share
{
    /// <summary>Constants are fitted on it.</summary>
    Fit,

    /// <summary>The interval's width comes from it.</summary>
    Conformal,

    /// <summary>Errors are told from it, and nothing else.</summary>
    HeldOut,
}

/// <summary>The rule that was fixed before anything was measured: the first hexadecimal digit of the point's id, a hash, decides.</summary>
public static class Shares
{
    /// <summary>0 to 4 (31 %) is held out, 5 to 8 (25 %) makes intervals, 9 to f (44 %) is fitted; repeats of a point stay together.</summary>
    /// <exception cref="InputException">The id does not begin with a hexadecimal digit.</exception>
    public static Share Of(string pointId) => pointId is [var digit, ..] && char.IsAsciiHexDigit(digit)
        ? Convert.ToInt32($"{digit}", 16) switch
        {
            < 5 => Share.HeldOut,
            < 9 => Share.Conformal,
            _ => Share.Fit,
        }
        : throw new InputException($"the point id '{pointId}' is no id; one begins with a hexadecimal digit");
}
