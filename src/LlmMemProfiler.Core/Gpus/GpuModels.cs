namespace LlmMemProfiler.Core.Gpus;

/// <summary>Known GPUs: <c>profiles/gpus.json</c>, embedded in the program.</summary>
public static class GpuModels
{
    private static readonly GpuTable Table = Read();

    /// <summary>The whole cards, ordered by name.</summary>
    public static IReadOnlyList<GpuModel> All => Table.Cards;

    /// <summary>The capabilities whose limits are known, lowest first.</summary>
    public static IReadOnlyList<ComputeCapability> Capabilities { get; } = [.. Table.Limits.Keys];

    /// <summary>A card or a slice by its short name, in any case; null if unknown.</summary>
    public static GpuModel? Find(string name) =>
        All.SelectMany(card => card.Slices.Prepend(card)).FirstOrDefault(gpu => gpu.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What a multiprocessor of a capability has; of one that is newer than the table, what the newest older one has.</summary>
    public static MultiprocessorLimits LimitsOf(ComputeCapability capability)
    {
        var older = Capabilities.Where(known => known.IsWithin(default, capability)).ToList();
        return Table.Limits[older.Count > 0 ? older[^1] : Capabilities[0]];
    }

    private static GpuTable Read()
    {
        using var stream = typeof(GpuModels).Assembly.GetManifestResourceStream(GpuTable.Resource)!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return GpuTable.Read(json);
    }
}
