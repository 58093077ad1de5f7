using System.Text.Json;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>The table of GPUs, read and checked.</summary>
/// <param name="Cards">Whole cards, in the order of the file.</param>
/// <param name="Limits">What a multiprocessor has, by capability, lowest first.</param>
internal sealed partial record GpuTable(IReadOnlyList<GpuModel> Cards, IReadOnlyDictionary<ComputeCapability, MultiprocessorLimits> Limits)
{
    public const string Resource = "gpus.json";

    public const int MostMultiprocessors = 1000;

    /// <summary>Every believable total of a card with memory of its own was a multiple of this.</summary>
    private const long CardGranule = 64 * ByteSize.KiB;

    /// <summary>The system's memory comes in pages.</summary>
    private const long SystemGranule = 4 * ByteSize.KiB;

    /// <exception cref="InputException">It is no table, a field is missing or out of range, or a name stands twice.</exception>
    public static GpuTable Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            StrictJson.Require(json.Span);
            return Of(JsonSerializer.Deserialize(json.Span, GpuTableJson.Default.GpuFile) ?? throw new JsonException("it is null"));
        }
        catch (JsonException e)
        {
            throw new InputException($"{Resource}: not a table of GPUs ({e.Message.Split(" LineNumber:")[0].TrimEnd('.')}); must be like profiles/gpus.json", e);
        }
    }

    private static GpuTable Of(GpuFile file)
    {
        var limits = new SortedDictionary<ComputeCapability, MultiprocessorLimits>(Comparer<ComputeCapability>.Create((a, b) =>
            (a.Major, a.Minor).CompareTo((b.Major, b.Minor))));
        foreach (var row in file.Capabilities)
        {
            if (!limits.TryAdd(ComputeCapability.Parse(row.Capability, Resource), LimitsOf(row)))
                throw new InputException($"{Resource}: capability {row.Capability} stands twice; must stand once");
        }
        RequireOnce("name", file.Gpus.Select(gpu => gpu.Name));
        RequireOnce("slice", file.Slices.SelectMany(slice => slice.Cards.Select(card => $"{card}/{slice.Name}")));
        var names = file.Gpus.Select(gpu => gpu.Name).ToHashSet();
        return file.Slices.SelectMany(slice => slice.Cards).FirstOrDefault(card => !names.Contains(card)) is { } missing
            ? throw new InputException($"{Resource}: a slice of '{missing}'; {NearNames.Hint(missing, "cards", names)}")
            : new([.. file.Gpus.Select(gpu => Card(gpu, limits, file.Slices))], limits);
    }

    private static GpuModel Card(GpuRow row, SortedDictionary<ComputeCapability, MultiprocessorLimits> limits, IReadOnlyList<SliceRow> slices)
    {
        var place = $"{Resource}: {row.Name}";
        if (!CardName().IsMatch(row.Name) || string.IsNullOrWhiteSpace(row.Title))
            throw new InputException($"{Resource}: a card is called '{row.Name}' with title '{row.Title}'; must be small letters, digits and '-', such as rtx-4090, and a driver's name");
        var capability = ComputeCapability.Parse(row.Capability, place);
        if (!limits.TryGetValue(capability, out var usual))
            throw new InputException($"{place}: capability {capability} has no limits; must be one of {string.Join(", ", limits.Keys)}");
        var own = new MultiprocessorLimits(
            row.ThreadsPerMultiprocessor ?? usual.Threads, row.RegistersPerMultiprocessor ?? usual.Registers,
            row.SharedPerMultiprocessor ?? usual.Shared, row.SharedPerBlock ?? usual.SharedPerBlock);
        Require(own, place);
        var granule = row.Integrated ? SystemGranule : CardGranule;
        var card = new GpuModel(
            row.Name, row.Title, capability, Shown(row.Multiprocessors, row.Seen, place), own, Shown(row.L2, row.Seen, place), CapacityOf(row.Seen, row.Ecc, place, granule))
        {
            DriverNames = row.DriverNames ?? [row.Title.Split(" (")[0]],
            Doubt = row.Doubt,
        };
        return card with { Slices = [.. slices.Where(slice => slice.Cards.Contains(row.Name)).Select(slice => Slice(slice, card, row.Ecc, granule))] };
    }

    private static GpuModel Slice(SliceRow row, GpuModel card, bool? ecc, long granule)
    {
        var place = $"{Resource}: {card.Name}/{row.Name}";
        return SliceName().IsMatch(row.Name)
            ? card with
            {
                Name = $"{card.Name}/{row.Name}",
                Title = $"{card.Title} MIG {row.Name}",
                Multiprocessors = Shown(row.Multiprocessors, row.Seen, place),
                L2 = Shown(row.L2, row.Seen, place),
                Capacity = CapacityOf(row.Seen, ecc, place, granule),
                Doubt = row.Doubt,
            }
            : throw new InputException($"{place}: no name of a slice; must be like 1g.10gb");
    }

    private static GpuCapacity CapacityOf(IReadOnlyList<SeenRow> seen, bool? ecc, string place, long granule) =>
        new([.. seen.Select(row => row.Total(place, granule)).OfType<SeenTotal>()], ecc);

    private static int Shown(int multiprocessors, IReadOnlyList<SeenRow> seen, string place) =>
        multiprocessors is > 0 and <= MostMultiprocessors && seen.Any(row => row.Multiprocessors == multiprocessors)
            ? multiprocessors
            : throw new InputException($"{place}: multiprocessors is {multiprocessors}; must be from 1 to {MostMultiprocessors}, and a row under 'seen' must show it");

    private static ByteSize? Shown(ByteSize? cache, IReadOnlyList<SeenRow> seen, string place) =>
        cache is null || (cache.Value.Bytes > 0 && seen.Any(row => row.L2 == cache))
            ? cache
            : throw new InputException($"{place}: l2_bytes is {cache.Value.Bytes}; must be positive, and a row under 'seen' must show it");

    private static MultiprocessorLimits LimitsOf(CapabilityRow row)
    {
        var limits = new MultiprocessorLimits(row.ThreadsPerMultiprocessor, row.RegistersPerMultiprocessor, row.SharedPerMultiprocessor, row.SharedPerBlock);
        Require(limits, $"{Resource}: capability {row.Capability}");
        return limits;
    }

    private static void Require(MultiprocessorLimits limits, string place)
    {
        if (limits.Threads < 1 || limits.Registers < 1 || limits.SharedPerBlock.Bytes < 1 || limits.Shared < limits.SharedPerBlock)
            throw new InputException($"{place}: limits of a multiprocessor; must be positive, with no more shared memory per block than per multiprocessor");
    }

    private static void RequireOnce(string what, IEnumerable<string> names)
    {
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"{Resource}: {what} '{twice.Key}' stands twice; must stand once");
    }

    [GeneratedRegex("^(?!sm_|cpu\\z)[a-z][a-z0-9-]*\\z")]
    private static partial Regex CardName();

    [GeneratedRegex(@"^[1-9]g\.[1-9][0-9]*gb\z")]
    private static partial Regex SliceName();
}
