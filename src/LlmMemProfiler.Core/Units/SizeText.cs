using System.Globalization;

namespace LlmMemProfiler.Core.Units;

/// <summary>Sizes as people write them: '8MiB', '1.5 GiB', '2GB' (10⁹ bytes).</summary>
public static class SizeText
{
    private static readonly (string Name, long Bytes)[] Units =
    [
        ("KiB", ByteSize.KiB), ("MiB", ByteSize.MiB), ("GiB", ByteSize.GiB), ("TiB", ByteSize.TiB), ("PiB", ByteSize.PiB),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Null if it is not a number and a unit, or more than 64 bits count.</summary>
    public static ByteSize? Read(string text)
    {
        foreach (var (name, bytes) in Units)
        {
            if (!text.EndsWith(name, StringComparison.OrdinalIgnoreCase))
                continue;
            var number = text[..^name.Length].TrimEnd();
            return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count <= long.MaxValue / bytes
                ? new((long)Math.Round(count * bytes))
                : null;
        }
        return null;
    }
}
