using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device;

/// <summary>
/// A device as named by the user, in any case: 'auto', 'cpu', 'cuda:N', the UUID of a GPU or of a MIG instance, or 'virtual:h100'.
/// </summary>
public sealed record DeviceChoice
{
    public const string Auto = "auto";

    /// <summary>Whole GPUs, and NVIDIA's multi-instance slices of one (MIG).</summary>
    private static readonly string[] UuidPrefixes = ["GPU-", "MIG-"];

    private static readonly string Cpu = DeviceKind.Cpu.Name(), Cuda = DeviceKind.Cuda.Name(), VirtualPrefix = $"{DeviceKind.Virtual.Name()}:";

    private readonly string name;

    private DeviceChoice(string name) => this.name = name;

    public bool IsAuto => name == Auto;

    public bool IsCpu => name == Cpu;

    /// <summary>CUDA index of the GPU; null if not named by index.</summary>
    public int? Index { get; private init; }

    /// <summary>The GPU's UUID; null if not named by UUID.</summary>
    public string? Uuid { get; private init; }

    /// <summary>The GPUs that are not there; null for real devices.</summary>
    public VirtualGpus? Virtual { get; private init; }

    /// <exception cref="InputException">The name has none of these forms.</exception>
    public static DeviceChoice Parse(string name)
    {
        var lower = name.ToLowerInvariant();
        if (lower == Auto || lower == Cpu)
            return new(lower);
        if (lower == Cuda)
            return new(lower) { Index = 0 };
        if (lower.StartsWith($"{Cuda}:", StringComparison.Ordinal) &&
            sbyte.TryParse(lower[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new(lower) { Index = index };
        }
        if (UuidPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && name.Length > prefix.Length))
            return new(name) { Uuid = name };
        if (lower.StartsWith(VirtualPrefix, StringComparison.Ordinal))
            return new(lower) { Virtual = ParseVirtual(name) };
        throw new InputException($"--device {name}: unknown device; must be auto, cpu, cuda:0, virtual:h100, or a UUID such as GPU-1234abcd-… or MIG-1234abcd-…");
    }

    private static VirtualGpus ParseVirtual(string name)
    {
        try
        {
            return VirtualGpus.Parse(name[VirtualPrefix.Length..]);
        }
        catch (InputException e)
        {
            throw new InputException($"--device {name}: {e.Message}", e);
        }
    }

    public override string ToString() => name;
}
