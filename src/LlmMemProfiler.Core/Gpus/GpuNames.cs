using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>GPUs by what people and drivers call them.</summary>
public static partial class GpuNames
{
    private const string Maker = "NVIDIA ";

    private const int MostTold = 20;

    private static readonly string[] Usual = ["h100", "a100-80", "l4", "t4", "rtx-4090", "rtx-3090"];

    /// <summary>A card, a slice (CARD/SLICE) or a GPU by hand (sm_120:46:12GiB), in any case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="suggestions">Names to suggest for one that is unknown.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static GpuModel Find(string name, IReadOnlyCollection<string> suggestions)
    {
        if (GpuModels.Find(name) is { } gpu)
            return gpu;
        if (GpuByHand.IsMeantBy(name))
            return GpuByHand.Read(name);
        if (name.Split('/') is [var whole, var slice] && GpuModels.Find(whole) is { } card)
        {
            throw card.Slices.Count > 0
                ? new InputException($"unknown slice '{slice}' of {card.Name}; {NearNames.Hint(slice, "slices", [.. card.Slices.Select(s => s.Name.Split('/')[1])])}")
                : new InputException($"no slices of {card.Name} are known; give the whole card, or the slice by hand, such as {GpuByHand.Example}");
        }
        throw OfAmd().IsMatch(name)
            ? new InputException($"unknown target '{name}': the libtorch that is simulated has code for NVIDIA's GPUs only; must be one of those, such as h100")
            : new InputException($"unknown target '{name}'; {Hint(name, suggestions)}");
    }

    /// <summary>The near ones, or all where they are few; else those that many people have.</summary>
    private static string Hint(string name, IReadOnlyCollection<string> suggestions)
    {
        if (suggestions.Count <= MostTold || NearNames.Of(name, suggestions).Count > 0)
            return NearNames.Hint(name, "targets", suggestions);
        var usual = Usual.Where(suggestions.Contains).ToList();
        return $"known targets: {string.Join(", ", usual)} and {suggestions.Count - usual.Count} others, which the list of targets has";
    }

    /// <summary>
    /// The GPU that a driver's name stands for, such as 'NVIDIA A100-SXM4-40GB' or 'NVIDIA A100-SXM4-40GB MIG 1g.5gb'. Of cards that share
    /// a name, the one whose totals were like this one.
    /// </summary>
    /// <param name="driverName">The driver's name.</param>
    /// <param name="total">Its total by the driver; null if unknown.</param>
    /// <returns>Null if unknown, or if several cards have the name and no total decides.</returns>
    public static GpuModel? OfDriver(string driverName, ByteSize? total)
    {
        var parts = driverName.Split(" MIG ");
        var cards = GpuModels.All.Where(card => card.DriverNames.Any(name => Plain(name) == Plain(parts[0]))).ToList();
        return parts.Length > 1
            ? cards.SelectMany(card => card.Slices).FirstOrDefault(slice => slice.Name.Split('/')[1] == parts[1])
            : cards.Count > 1 ? Like(cards, total) : cards.FirstOrDefault();
    }

    /// <summary>The nearest within an eighth, more than drivers and ECC take; else the only one whose total nobody has seen.</summary>
    private static GpuModel? Like(List<GpuModel> cards, ByteSize? total)
    {
        if (total is not { } shown)
            return null;
        var nearest = cards.Where(card => card.Capacity.DistanceTo(shown) is not null).MinBy(card => card.Capacity.DistanceTo(shown));
        if (nearest?.Capacity.DistanceTo(shown)?.Bytes < shown.Bytes / 8)
            return nearest;
        return cards.FindAll(card => card.Capacity.Lowest is null) is [var unseen] ? unseen : null;
    }

    /// <summary>Older drivers say 'GeForce RTX 3090' or 'Tesla V100-PCIE-16GB', newer ones put their maker before it.</summary>
    private static string Plain(string driverName) =>
        (driverName.StartsWith(Maker, StringComparison.OrdinalIgnoreCase) ? driverName[Maker.Length..] : driverName).ToUpperInvariant();

    [GeneratedRegex(@"^(amd|radeon|instinct|gfx\d|mi\d{2}|rx-?\d)", RegexOptions.IgnoreCase)]
    private static partial Regex OfAmd();
}
