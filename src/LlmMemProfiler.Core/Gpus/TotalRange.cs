using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>Totals seen of one card, under one kind of driver.</summary>
/// <param name="System">The driver's system; null where it was not told.</param>
/// <param name="Ecc">Whether ECC was on; null where it is not known.</param>
/// <param name="Least">The lowest.</param>
/// <param name="Most">The highest.</param>
/// <param name="Seen">How many.</param>
public sealed record TotalRange(HostSystem? System, bool? Ecc, ByteSize Least, ByteSize Most, int Seen)
{
    /// <summary>For example '79.10 GiB to 79.33 GiB on Linux with ECC on (13 seen)'.</summary>
    public override string ToString()
    {
        var range = Least == Most ? $"{Least}" : $"{Least} to {Most}";
        var ecc = Ecc is { } isOn ? $" with ECC {(isOn ? "on" : "off")}" : "";
        return $"{range} on {System?.ToString() ?? "an unknown system"}{ecc} ({Seen} seen)";
    }
}
