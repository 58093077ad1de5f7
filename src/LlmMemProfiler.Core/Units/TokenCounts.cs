using System.Globalization;

namespace LlmMemProfiler.Core.Units;

/// <summary>Numbers of tokens as people write them: '32768', or '32k' with k = 1,024.</summary>
public static class TokenCounts
{
    private const int Kilo = 1024;

    /// <summary>What <see cref="Parse"/> accepts, for error messages.</summary>
    public static string Expected { get; } =
        string.Create(CultureInfo.InvariantCulture, $"an integer from 1 to {int.MaxValue}, or one with k for {Kilo:N0}, such as 32k");

    /// <summary>The number; null if the text is not one, or it is not from 1 to 2³¹ − 1.</summary>
    public static int? Parse(string text)
    {
        var isKilo = text.EndsWith('k') || text.EndsWith('K');
        var digits = isKilo ? text[..^1] : text;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= int.MaxValue / (isKilo ? Kilo : 1)
                ? number * (isKilo ? Kilo : 1)
                : null;
    }
}
