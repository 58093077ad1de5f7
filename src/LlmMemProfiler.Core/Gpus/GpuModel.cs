using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>A GPU: what decides which kernels run and what they allocate, and how much memory it has.</summary>
/// <param name="Name">Short name, such as 'h100', or 'a100-80/1g.10gb' for a MIG slice.</param>
/// <param name="Title">As its driver calls it, with what tells it from another card of that name in parentheses.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Multiprocessors">Enabled multiprocessors.</param>
/// <param name="Limits">What each multiprocessor has.</param>
/// <param name="L2">Second-level cache; null if unknown.</param>
/// <param name="Capacity">Total memory, as drivers show it.</param>
public sealed record GpuModel(
    string Name, string Title, ComputeCapability Capability, int Multiprocessors, MultiprocessorLimits Limits, ByteSize? L2, GpuCapacity Capacity)
{
    /// <summary>The total to count with; null if nobody has seen one.</summary>
    public ByteSize? Total => Capacity.Lowest?.Total;

    /// <summary>Names by which drivers call it.</summary>
    public IReadOnlyList<string> DriverNames { get; init; } = [];

    /// <summary>What is doubtful about the other facts, and why; null if nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>MIG slices that it can be cut into, as far as they are known.</summary>
    public IReadOnlyList<GpuModel> Slices { get; init; } = [];

    /// <summary>A card that is not in the table: what is not given follows from its capability.</summary>
    public static GpuModel Of(string name, ComputeCapability capability, int multiprocessors, GpuCapacity capacity) =>
        new(name, name, capability, multiprocessors, GpuModels.LimitsOf(capability), null, capacity)
        {
            Doubt = GpuModels.Capabilities.Contains(capability)
                ? null
                : $"limits of a multiprocessor of capability {capability}: not known; those of an older one are used",
        };
}
