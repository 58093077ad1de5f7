using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Numbers as C++ reads them: the longest start of a text that is one; anything may follow.</summary>
/// <param name="release">libtorch's major and minor version: up to 2.9 sizes are read as int, from then on as 64 bits without a sign.</param>
internal sealed partial class OptionNumbers(Version release)
{
    private static readonly Version Wide = new(2, 10);

    /// <summary>What libtorch takes for a size; null if it throws. A negative number becomes a huge one.</summary>
    public ulong? Size(string text)
    {
        if (LeadingInteger().Match(text) is not { Success: true } match
            || !ulong.TryParse(match.Groups["digits"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }
        var isNegative = match.Groups["sign"].Value == "-";
        if (release < Wide && number > (ulong)int.MaxValue + (isNegative ? 1UL : 0))
            return null;
        return isNegative ? unchecked(0 - number) : number;
    }

    /// <summary>What std::stod reads; null if it throws, as it does where a number is too small for one, and for hexadecimal numbers.</summary>
    public static double? Real(string text)
    {
        if (LeadingReal().Match(text) is not { Success: true } match
            || !double.TryParse(match.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }
        var isTooSmall = number == 0 && match.Groups["digits"].ValueSpan.IndexOfAnyInRange('1', '9') >= 0;
        return double.IsInfinity(number) || isTooSmall ? null : number;
    }

    [GeneratedRegex("^(?<sign>[+-]?)(?<digits>[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingInteger();

    [GeneratedRegex(@"^[+-]?(?!0[xX])(?<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingReal();
}
