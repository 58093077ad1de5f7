using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>
/// A card's total memory as drivers show it. It is no single number: the system, the driver's version and ECC move it by several
/// percent.
/// </summary>
/// <param name="seen">Totals of the whole card; of those that left something out, none.</param>
/// <param name="ecc">Whether the card ships with ECC on; null where ECC takes no memory, or where that is not known.</param>
public sealed class GpuCapacity(IReadOnlyList<SeenTotal> seen, bool? ecc)
{
    /// <summary>Nobody has seen it.</summary>
    public static GpuCapacity Unknown { get; } = new([], null);

    /// <summary>One number, because it was read here or given by hand.</summary>
    public static GpuCapacity Of(ByteSize total, string source) => new([new(total, 1, null, null, source)], null);

    /// <summary>By system and ECC, Linux first.</summary>
    public IReadOnlyList<TotalRange> Ranges =>
    [
        .. seen.GroupBy(t => (t.System, Ecc: t.Ecc ?? ecc))
            .Select(g => (g.Key, Totals: News([.. g])))
            .OrderBy(g => g.Key.System is null).ThenBy(g => g.Key.System).ThenBy(g => g.Key.Ecc != ecc)
            .Select(g => new TotalRange(
                g.Key.System, g.Key.Ecc, g.Totals[0].Total, g.Totals[^1].Total, g.Totals.Count)),
    ];

    /// <summary>
    /// What a verdict counts with: the lowest total seen on Linux, ECC as the card ships; where none was seen there, the lowest on any
    /// system. Null where none was seen.
    /// </summary>
    public SeenTotal? Lowest
    {
        get
        {
            var shipped = seen.Where(t => t.Ecc is null || ecc is null || t.Ecc == ecc).ToList();
            var onLinux = shipped.FindAll(t => t.System == HostSystem.Linux);
            return News(onLinux.Count > 0 ? onLinux : shipped.Count > 0 ? shipped : [.. seen]).FirstOrDefault();
        }
    }

    /// <summary>How far a total is from the nearest one seen; null where none was seen.</summary>
    public ByteSize? DistanceTo(ByteSize total) =>
        seen.Count == 0 ? null : new(seen.Min(t => Math.Abs(t.Total.Bytes - total.Bytes)));

    /// <summary>Without figures that a finer one stands for, the lowest first.</summary>
    private static List<SeenTotal> News(List<SeenTotal> totals) =>
        [.. totals.Where(t => !totals.Exists(t.IsSaidBy)).OrderBy(t => t.Total)];
}
