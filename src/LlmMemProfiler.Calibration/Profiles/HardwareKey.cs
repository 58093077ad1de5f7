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
/// <param name="Level">What device peaks count.</param>
/// <param name="Cores">Logical processors, by which the C library's and the runtime's heaps are laid out.</param>
/// <param name="ProcessorId">The processor's family and model; null in older records.</param>
/// <param name="InstructionSets">What libraries choose kernels by; null in older records.</param>
/// <param name="CLibrary">The C library; null in older records.</param>
public sealed record HardwareKey(
    DeviceKind Kind,
    string Name,
    [property: JsonPropertyName("total_bytes")] ByteSize? Total,
    string? Capability,
    string? Driver,
    string Libtorch,
    int Threads,
    string Os,
    string Allocator,
    DeviceLevel Level,
    int Cores,
    string? ProcessorId,
    string? InstructionSets,
    string? CLibrary)
{
    private static readonly string[] AllocatorPrefixes = ["MALLOC_", "PYTORCH_", "LD_PRELOAD"];

    public static HardwareKey Of(RunRecord record) => Of(record.Device, record.Host, record.DeviceLevel);

    public static HardwareKey Of(DeviceFacts device, HostFacts host, DeviceLevel level) => new(
        device.Kind, device.Name, device.Total, device.Capability, device.Driver, host.Libtorch, host.Threads, host.Os,
        AllocatorOf(host.Environment), level, host.Cores, host.ProcessorId, host.InstructionSets, host.CLibrary);

    /// <summary>Of a process's variables, those that its allocators read, ordered by name.</summary>
    public static string AllocatorOf(IReadOnlyDictionary<string, string> environment) => string.Join(' ', environment
        .Where(v => AllocatorPrefixes.Any(p => v.Key.StartsWith(p, StringComparison.Ordinal)))
        .OrderBy(v => v.Key, StringComparer.Ordinal)
        .Select(v => $"{v.Key}={v.Value}"));

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
            ("device level", Level.Name(), other.Level.Name()),
            .. Kind == DeviceKind.Cpu ? OfCpu(other) : [],
        ];
        return [.. compared.Where(c => c.Here != c.There).Select(c => $"{c.What} {Shown(c.Here)}, not {Shown(c.There)}")];
    }

    /// <summary>What decides on a CPU; unknown in older records, which then differ in nothing that is known.</summary>
    private IEnumerable<(string What, string? Here, string? There)> OfCpu(HardwareKey other)
    {
        yield return ("cores", $"{Cores}", $"{other.Cores}");
        foreach (var (what, here, there) in (IEnumerable<(string, string?, string?)>)
            [
                ("processor", ProcessorId, other.ProcessorId),
                ("instruction sets", InstructionSets, other.InstructionSets),
                ("C library", CLibrary, other.CLibrary),
            ])
        {
            if (here is not null && there is not null)
                yield return (what, here, there);
        }
    }

    private static string Shown(string? value) => value is null or "" ? "none" : value;
}
