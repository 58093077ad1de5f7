using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What a profile applies to: a device and the software that uses its memory.</summary>
/// <param name="Kind">CPU or CUDA.</param>
/// <param name="Name">The processor's or the GPU's name.</param>
/// <param name="Total">Total device memory.</param>
/// <param name="Capability">CUDA compute capability; on CPU, the kernels' instruction set.</param>
/// <param name="Driver">NVIDIA driver version; null on CPU.</param>
/// <param name="Libtorch">Version loaded.</param>
/// <param name="Threads">Number of libtorch threads.</param>
/// <param name="Os">Name and version of the OS.</param>
/// <param name="Allocator">Allocator environment variables that are set, ordered by name.</param>
public sealed record HardwareKey(
    DeviceKind Kind,
    string Name,
    [property: JsonPropertyName("total_bytes")] ByteSize? Total,
    string? Capability,
    string? Driver,
    string Libtorch,
    int Threads,
    string Os,
    string Allocator)
{
    private static readonly string[] AllocatorPrefixes = ["MALLOC_", "PYTORCH_", "LD_PRELOAD"];

    public static HardwareKey Of(RunRecord record) => Of(record.Device, record.Host);

    public static HardwareKey Of(DeviceFacts device, HostFacts host) => new(
        device.Kind, device.Name, device.Total, device.Capability, device.Driver, host.Libtorch, host.Threads, host.Os,
        string.Join(' ', host.Environment
            .Where(v => AllocatorPrefixes.Any(p => v.Key.StartsWith(p, StringComparison.Ordinal)))
            .OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => $"{v.Key}={v.Value}")));

    /// <summary>Major version of the driver; null on CPU.</summary>
    [JsonIgnore]
    public string? DriverMajor => Driver?.Split('.')[0];

    /// <summary>Differences that affect the constants, one per entry: this machine first, then the other.</summary>
    public IReadOnlyList<string> DifferencesFrom(HardwareKey other)
    {
        (string What, string? Here, string? There)[] compared =
        [
            ("device", $"{Name} ({Kind.Name()})", $"{other.Name} ({other.Kind.Name()})"),
            ("capability", Capability, other.Capability),
            ("driver", DriverMajor, other.DriverMajor),
            ("libtorch", Libtorch, other.Libtorch),
            ("threads", $"{Threads}", $"{other.Threads}"),
            ("allocator settings", Allocator, other.Allocator),
        ];
        return [.. compared.Where(c => c.Here != c.There).Select(c => $"{c.What} {Shown(c.Here)}, not {Shown(c.There)}")];
    }

    private static string Shown(string? value) => value is null or "" ? "none" : value;
}
