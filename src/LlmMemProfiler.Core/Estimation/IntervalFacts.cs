using System.Globalization;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>What an interval promises, and how it did where the profile was not fitted.</summary>
/// <param name="Guarantee">The share of points like the fitted ones that it holds, at least.</param>
/// <param name="HeldOut">Held-out points.</param>
/// <param name="Inside">Those of them that were inside.</param>
public sealed record IntervalFacts(double Guarantee, int HeldOut, int Inside)
{
    /// <summary>For example 'interval for 75 % in the fitted range, 6 of 16 held-out extremes inside'.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"interval for {Math.Floor(100 * Guarantee):0} % in the fitted range, {Inside} of {HeldOut} held-out extremes inside");
}
