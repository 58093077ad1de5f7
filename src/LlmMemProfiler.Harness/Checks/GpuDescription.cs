using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>A GPU of this machine as a row for the table of GPUs.</summary>
/// <param name="Device">As for <c>--device</c>: 'cuda:0'.</param>
/// <param name="Card">The row of a whole card; null for a MIG slice.</param>
/// <param name="Slice">The row of a MIG slice; null for a whole card.</param>
/// <param name="Known">What the table has under its name; null if nothing.</param>
public sealed record GpuDescription(string Device, GpuRow? Card, SliceRow? Slice, GpuModel? Known)
{
    private const string Source = "llmmem doctor --describe";

    /// <summary>All visible GPUs, by the driver alone.</summary>
    /// <exception cref="DeviceException">There is none, or the driver fails.</exception>
    public static IReadOnlyList<GpuDescription> All()
    {
        var driver = CudaDriver.TryLoad(out var reason) ?? throw new DeviceException($"no GPU to describe: {reason}");
        return driver.Gpus() is { Count: > 0 } gpus
            ? [.. gpus.Select(gpu => Of(gpu, driver.Properties(gpu), On(driver, gpu)))]
            : throw new DeviceException("no GPU to describe: the driver shows none");
    }

    private static string On(CudaDriver driver, CudaGpu gpu) =>
        $"{HostReader.Os()}{(NvmlGpu.DriverVersionOf(gpu.Uuid) is { } version ? $", driver {version}" : "")}, for CUDA {driver.Version}";

    private static GpuDescription Of(CudaGpu gpu, CudaProperties properties, string on)
    {
        var known = GpuNames.OfDriver(gpu.Name, gpu.Total);
        var seen = new SeenRow(Source)
        {
            Exact = gpu.Total,
            System = HostReader.DriverSystem(),
            Ecc = properties.Ecc,
            Multiprocessors = gpu.Multiprocessors,
            L2 = properties.L2,
            On = on,
        };
        var device = $"cuda:{gpu.Index}";
        if (gpu.Name.Split(" MIG ") is [var whole, var slice])
        {
            var card = GpuNames.OfDriver(whole, total: null)?.Name ?? NameOf(whole);
            return new(device, null, new([card], slice, gpu.Multiprocessors, properties.L2, [seen]), known);
        }
        var limits = GpuModels.LimitsOf(ComputeCapability.Parse(gpu.Capability, gpu.Name));
        return new(device, new(known?.Name ?? NameOf(gpu.Name), gpu.Name, gpu.Capability, gpu.Multiprocessors, properties.L2, [seen])
        {
            Integrated = properties.IsIntegrated,
            ThreadsPerMultiprocessor = Other(properties.Threads, limits.Threads),
            RegistersPerMultiprocessor = Other(properties.Registers, limits.Registers),
            SharedPerMultiprocessor = Other(properties.Shared, limits.Shared),
            SharedPerBlock = Other(properties.SharedPerBlock, limits.SharedPerBlock),
        }, null, known);
    }

    /// <summary>What the table has differently, one per entry; what a total adds to the seen ones is no difference.</summary>
    public IEnumerable<string> Differences()
    {
        if (Known is null)
            yield break;
        var (multiprocessors, cache) = Card is null ? (Slice!.Multiprocessors, Slice.L2) : (Card.Multiprocessors, Card.L2);
        if (multiprocessors != Known.Multiprocessors)
            yield return $"{multiprocessors} multiprocessors, not {Known.Multiprocessors}";
        if (Card is not null && Card.Capability != $"{Known.Capability}")
            yield return $"capability {Card.Capability}, not {Known.Capability}";
        if (cache is { } here && Known.L2 is { } there && here != there)
            yield return $"L2 {here}, not {there}";
    }

    private static int? Other(int? here, int usual) => here == usual ? null : here;

    private static ByteSize? Other(ByteSize? here, ByteSize usual) => here == usual ? null : here;

    /// <summary>'NVIDIA GeForce RTX 9090' is to be called 'rtx-9090'.</summary>
    private static string NameOf(string driverName)
    {
        var words = driverName.ToLowerInvariant().Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word is not ("nvidia" or "tesla" or "geforce"))
            .Select(word => string.Concat(word.Where(c => char.IsAsciiLetterOrDigit(c))));
        return string.Join('-', words.Where(word => word.Length > 0));
    }
}
