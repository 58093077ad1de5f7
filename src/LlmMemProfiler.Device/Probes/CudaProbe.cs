using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads what a GPU's driver counts for this process: by NVML where it tells processes apart, else as the device's used bytes,
/// less what others had when the probe was opened.
/// </summary>
public sealed class CudaProbe : IDeviceProbe
{
    private readonly CudaDriver driver;
    private readonly CudaGpu gpu;
    private readonly nint context;
    private readonly Nvml? nvml;
    private readonly nint nvmlDevice;

    private CudaProbe(CudaDriver driver, CudaGpu gpu, Nvml? nvml)
    {
        this.driver = driver;
        this.gpu = gpu;
        this.nvml = nvml;
        nvmlDevice = nvml?.Device(gpu.Uuid) ?? 0;
        RefuseOccupied();
        context = driver.RetainPrimary(gpu);
        Facts = new("cuda", gpu.Name, gpu.Uuid, gpu.Total, gpu.Capability, nvml?.DriverVersion);
    }

    /// <summary>As CUDA counts the visible GPUs.</summary>
    public int Index => gpu.Index;

    public DeviceFacts Facts { get; }

    /// <summary>Opens the GPU that was asked for: the first one, one by number, or one by UUID.</summary>
    /// <exception cref="DeviceException">There is no such GPU, other processes use it, or the driver fails.</exception>
    public static CudaProbe Open(DeviceChoice choice)
    {
        var driver = CudaDriver.TryLoad(out var reason) ?? throw new DeviceException($"--device {choice}: {reason}");
        var gpus = driver.Gpus();
        var gpu = choice.Uuid is { } uuid
            ? gpus.FirstOrDefault(g => g.Uuid.Equals(uuid, StringComparison.OrdinalIgnoreCase))
            : gpus.FirstOrDefault(g => g.Index == (choice.Index ?? 0));
        if (gpu is null)
        {
            var there = gpus.Count == 0 ? "none is visible" : string.Join(", ", gpus.Select(g => $"cuda:{g.Index} is {g.Name}, {g.Uuid}"));
            throw new DeviceException($"--device {choice}: there is no such GPU; {there}");
        }
        return new(driver, gpu, Nvml.TryLoad(out _));
    }

    /// <remarks>
    /// A process id inside a container may differ from the driver's; with nobody else on the GPU, and that was checked, all that
    /// is used is this process's.
    /// </remarks>
    public DeviceReading Read()
    {
        var (free, total) = driver.Memory(context);
        return new(nvml?.Memory(nvmlDevice).Used ?? total - free, null, null);
    }

    public void Dispose()
    {
        driver.ReleasePrimary(gpu);
        nvml?.Dispose();
    }

    private void RefuseOccupied()
    {
        if (nvml?.Processes(nvmlDevice) is { Count: > 0 } others)
        {
            throw new DeviceException(
                $"cuda:{gpu.Index} ({gpu.Name}): {others.Count} other process(es) use it (ids {string.Join(", ", others.Take(5).Select(p => p.Id))}); " +
                "a measurement needs it alone: wait, or name another GPU");
        }
    }
}
