using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>A card's total memory as CUDA showed it on one machine.</summary>
/// <param name="Total">Bytes.</param>
/// <param name="Step">What the last printed digit is worth, in bytes; 1 where the bytes are exact.</param>
/// <param name="System">The driver's system; null if not told.</param>
/// <param name="Ecc">Whether ECC was on; null if not told, that is, as the card ships.</param>
/// <param name="Source">Where it was seen, and who wrote it down.</param>
public sealed record SeenTotal(ByteSize Total, long Step, HostSystem? System, bool? Ecc, string Source)
{
    /// <summary>Where it was seen, in a few words: system, driver and settings; null if not told.</summary>
    public string? On { get; init; }

    /// <summary>True if another figure is finer and would be printed as this one, rounded or cut off: then this one says nothing new.</summary>
    public bool IsSaidBy(SeenTotal finer) => finer.Step < Step && Math.Abs(finer.Total.Bytes - Total.Bytes) < Step;
}
