using System.Globalization;

namespace LlmMemProfiler.Device;

/// <summary>A device as the user names it: 'auto', 'cpu', 'cuda:N', or a GPU's UUID.</summary>
public sealed record DeviceChoice
{
    private readonly string name;

    private DeviceChoice(string name) => this.name = name;

    public bool IsAuto => name == "auto";

    public bool IsCpu => name == "cpu";

    /// <summary>Number of the GPU as CUDA counts them; null where it is named otherwise.</summary>
    public int? Index { get; private init; }

    /// <summary>The GPU's UUID; null where it is named otherwise.</summary>
    public string? Uuid { get; private init; }

    /// <exception cref="DeviceException">The name is none of the forms.</exception>
    public static DeviceChoice Parse(string name)
    {
        if (name is "auto" or "cpu")
            return new(name);
        if (name is "cuda")
            return new(name) { Index = 0 };
        if (name.StartsWith("cuda:", StringComparison.Ordinal) &&
            sbyte.TryParse(name["cuda:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new(name) { Index = index };
        }
        if (name.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase) && name.Length > "GPU-".Length)
            return new(name) { Uuid = name };
        throw new DeviceException($"--device {name}: is no device; auto, cpu, cuda:0, or a UUID such as GPU-1234abcd-… is needed");
    }

    public override string ToString() => name;
}
