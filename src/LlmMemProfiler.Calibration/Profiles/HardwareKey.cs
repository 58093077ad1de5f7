using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What a profile is a profile of: a device, and the software that takes memory on it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The processor's or the GPU's name.</param>
/// <param name="Total">All memory of the device.</param>
/// <param name="Capability">CUDA's compute capability; on CPU the kernels' instruction set.</param>
/// <param name="Driver">Version of the NVIDIA driver; null on CPU.</param>
/// <param name="Libtorch">What was loaded.</param>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Os">Name and version of the system.</param>
/// <param name="Allocator">The variables that steer allocators, as far as they are set, in the order of their names.</param>
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

    public static HardwareKey Of(RunRecord record) => new(
        record.Device.Kind, record.Device.Name, record.Device.Total, record.Device.Capability, record.Device.Driver, record.Host.Libtorch,
        record.Host.Threads, record.Host.Os,
        string.Join(' ', record.Host.Environment
            .Where(v => AllocatorPrefixes.Any(p => v.Key.StartsWith(p, StringComparison.Ordinal)))
            .OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => $"{v.Key}={v.Value}")));

    /// <summary>Major version of the driver; null on CPU.</summary>
    [JsonIgnore]
    public string? DriverMajor => Driver?.Split('.')[0];

    /// <summary>Where another machine differs in what moves the constants, a line each: what stands here, then what stands there.</summary>
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
