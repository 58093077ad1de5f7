using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device;

/// <summary>A device as the user names it: 'auto', 'cpu', 'cuda:N', or a GPU's UUID.</summary>
public sealed record DeviceChoice
{
    private const string Auto = "auto";

    private static readonly string Cpu = DeviceKind.Cpu.Name(), Cuda = DeviceKind.Cuda.Name();

    private readonly string name;

    private DeviceChoice(string name) => this.name = name;

    public bool IsAuto => name == Auto;

    public bool IsCpu => name == Cpu;

    /// <summary>Number of the GPU as CUDA counts them; null where it is named otherwise.</summary>
    public int? Index { get; private init; }

    /// <summary>The GPU's UUID; null where it is named otherwise.</summary>
    public string? Uuid { get; private init; }

    /// <exception cref="DeviceException">The name is none of the forms.</exception>
    public static DeviceChoice Parse(string name)
    {
        if (name == Auto || name == Cpu)
            return new(name);
        if (name == Cuda)
            return new(name) { Index = 0 };
        if (name.StartsWith($"{Cuda}:", StringComparison.Ordinal) &&
            sbyte.TryParse(name[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new(name) { Index = index };
        }
        if (name.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase) && name.Length > "GPU-".Length)
            return new(name) { Uuid = name };
        throw new DeviceException($"--device {name}: is no device; auto, cpu, cuda:0, or a UUID such as GPU-1234abcd-… is needed");
    }

    public override string ToString() => name;
}
