using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads what a GPU's driver counts for this process. The driver counts all processes together, so what others had before this
/// one's context was made is taken off; NVML tells processes apart, where their ids can be told, and is kept beside it.
/// </summary>
public sealed class CudaProbe : IDeviceProbe
{
    private readonly CudaDriver driver;
    private readonly CudaGpu gpu;
    private readonly nint context;
    private readonly NvmlGpu? nvml;
    private readonly ByteSize others;

    private CudaProbe(CudaDriver driver, CudaGpu gpu, NvmlGpu? nvml, bool allowBusy)
    {
        this.driver = driver;
        this.gpu = gpu;
        this.nvml = nvml;
        Others = BusyCheck.Run(gpu, nvml, allowBusy);
        others = Others?.Used ?? ByteSize.Zero;
        context = driver.RetainPrimary(gpu);
        Facts = new(DeviceKind.Cuda, gpu.Name, gpu.Uuid, gpu.Total, gpu.Capability, nvml?.DriverVersion);
        ModuleLoading = driver.ModuleLoading;
    }

    /// <summary>As CUDA counts the visible GPUs.</summary>
    public int Index => gpu.Index;

    public DeviceFacts Facts { get; }

    public int Multiprocessors => gpu.Multiprocessors;

    /// <summary>'eager' or 'lazy'; null where the driver does not say.</summary>
    public string? ModuleLoading { get; }

    /// <summary>Who else was there, where that is permitted; null where nobody was.</summary>
    public OtherUse? Others { get; }

    /// <summary>NVML's view of the whole GPU; null without NVML.</summary>
    public NvmlMemory? Nvml => nvml?.Memory;

    /// <summary>Opens the GPU that was asked for: the first one, one by number, or one by UUID.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="allowBusy">True where others may be on it.</param>
    /// <param name="driverLibrary">Another driver library, for tests.</param>
    /// <param name="nvmlLibrary">Another NVML, for tests.</param>
    /// <exception cref="DeviceException">There is no such GPU, other processes use it, or the driver fails.</exception>
    public static CudaProbe Open(
        DeviceChoice choice, bool allowBusy = false, string driverLibrary = CudaDriver.Library, string nvmlLibrary = Probes.Nvml.Library)
    {
        var driver = CudaDriver.TryLoad(out var reason, driverLibrary) ?? throw new DeviceException($"--device {choice}: {reason}");
        var gpus = driver.Gpus();
        var gpu = choice.Uuid is { } uuid
            ? gpus.FirstOrDefault(g => g.Uuid.Equals(uuid, StringComparison.OrdinalIgnoreCase))
            : gpus.FirstOrDefault(g => g.Index == (choice.Index ?? 0));
        if (gpu is null)
        {
            var there = gpus.Count == 0 ? "none is visible" : string.Join(", ", gpus.Select(g => $"cuda:{g.Index} is {g.Name}, {g.Uuid}"));
            throw new DeviceException($"--device {choice}: there is no such GPU; {there}");
        }
        var nvml = NvmlGpu.TryOpen(gpu.Uuid, nvmlLibrary);
        try
        {
            return new(driver, gpu, nvml, allowBusy);
        }
        catch
        {
            nvml?.Dispose();
            throw;
        }
    }

    public DeviceReading Read()
    {
        var (used, reason) = InUse();
        return new(used is { } all ? ByteSize.Max(all - others, ByteSize.Zero) : null, null, reason);
    }

    /// <summary>All that driver and NVML say at this moment.</summary>
    /// <param name="at">The moment's name.</param>
    /// <param name="reserved">Segments of the caching allocator now; null where nothing saw allocations.</param>
    public CudaLevel Level(string at, ByteSize? reserved) =>
        new(at, InUse().Used, nvml?.Memory?.Used, nvml?.OwnBytes, reserved);

    public void Dispose()
    {
        driver.ReleasePrimary(gpu);
        nvml?.Dispose();
    }

    /// <summary>By all processes together.</summary>
    private (ByteSize? Used, string? Reason) InUse()
    {
        try
        {
            var (free, total) = driver.Memory(context);
            return (total - free, null);
        }
        catch (DeviceException e)
        {
            return (null, e.Message);
        }
    }
}
