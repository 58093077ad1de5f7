using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads this process's memory on a GPU. The driver counts all processes together, so other processes' usage before this
/// process's context was created is subtracted; NVML, recorded too, separates processes if their ids are visible.
/// </summary>
public sealed class CudaProbe : IDeviceProbe
{
    private readonly CudaDriver driver;
    private readonly CudaGpu gpu;
    private readonly nint context;
    private readonly NvmlGpu? nvml;
    private readonly string? noNvml;
    private readonly ByteSize others;

    private CudaProbe(CudaDriver driver, CudaGpu gpu, NvmlGpu? nvml, string? noNvml, bool allowBusy)
    {
        this.noNvml = noNvml;
        this.driver = driver;
        this.gpu = gpu;
        this.nvml = nvml;
        Others = BusyCheck.Run(gpu, nvml, allowBusy);
        others = Others?.Used ?? ByteSize.Zero;
        context = driver.RetainPrimary(gpu);
        Facts = new(DeviceKind.Cuda, gpu.Name, gpu.Uuid, gpu.Total, gpu.Capability, nvml?.DriverVersion);
        ModuleLoading = driver.ModuleLoading;
    }

    /// <summary>CUDA index among the visible GPUs.</summary>
    public int Index => gpu.Index;

    public DeviceFacts Facts { get; }

    public int Multiprocessors => gpu.Multiprocessors;

    /// <summary>'eager' or 'lazy'; null if unknown.</summary>
    public string? ModuleLoading { get; }

    /// <summary>Other processes' usage, if allowed; null if there was none.</summary>
    public OtherUse? Others { get; }

    /// <summary>NVML's view of the whole GPU; null without NVML.</summary>
    public NvmlMemory? Nvml => nvml?.Memory;

    /// <summary>Why NVML reports nothing, or what it refused; null if it answered every question.</summary>
    public string? NvmlRefusal => nvml is null ? noNvml : nvml.Refusal;

    /// <summary>Opens the requested GPU: the first one, or one by index or UUID.</summary>
    /// <param name="choice">The requested GPU.</param>
    /// <param name="allowBusy">True if other processes may be using it.</param>
    /// <param name="driverLibrary">Another driver library, for tests.</param>
    /// <param name="nvmlLibrary">Another NVML, for tests.</param>
    /// <exception cref="DeviceException">The GPU does not exist, other processes use it, or the driver fails.</exception>
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
            var visible = gpus.Count == 0 ? "none" : string.Join(", ", gpus.Select(g => $"cuda:{g.Index} is {g.Name}, {g.Uuid}"));
            throw new DeviceException($"--device {choice}: unknown GPU; visible: {visible}");
        }
        var nvml = NvmlGpu.TryOpen(gpu.Uuid, out var noNvml, nvmlLibrary);
        try
        {
            return new(driver, gpu, nvml, noNvml, allowBusy);
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

    /// <summary>The driver's and NVML's current readings.</summary>
    /// <param name="at">Name of the measurement point.</param>
    /// <param name="reserved">Bytes reserved by the caching allocator; null without a hook.</param>
    public CudaLevel Level(string at, ByteSize? reserved) =>
        new(at, InUse().Used, nvml?.Memory?.Used, nvml?.OwnBytes, reserved);

    public void Dispose()
    {
        driver.ReleasePrimary(gpu);
        nvml?.Dispose();
    }

    /// <summary>Usage of all processes together.</summary>
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
