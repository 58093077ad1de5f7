using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>One GPU in NVML. Whatever NVML fails to report is null: it is a second opinion that no measurement depends on.</summary>
public sealed class NvmlGpu : IDisposable
{
    private readonly Nvml nvml;
    private readonly nint device;
    private readonly IReadOnlyList<NvmlProcess>? before;

    private NvmlGpu(Nvml nvml, nint device)
    {
        this.nvml = nvml;
        this.device = device;
        before = Processes;
        DriverVersion = OrNull(() => nvml.DriverVersion);
    }

    /// <summary>Version of the NVIDIA driver.</summary>
    public string? DriverVersion { get; }

    /// <summary>The driver's version, by NVML; null if it does not tell.</summary>
    /// <param name="uuid">A GPU's UUID.</param>
    public static string? DriverVersionOf(string uuid)
    {
        using var gpu = TryOpen(uuid, out _, Nvml.Library);
        return gpu?.DriverVersion;
    }

    public NvmlMemory? Memory => OrNull(() => nvml.Memory(device));

    /// <summary>All compute processes on it.</summary>
    public IReadOnlyList<NvmlProcess>? Processes => OrNull(() => nvml.Processes(device));

    /// <summary>
    /// Bytes used by this process, by its id; in a container, where ids differ from the driver's, those of the only process that
    /// appeared since this GPU was opened. Null if neither is known, or if NVML reports 0 bytes: after the context has been created
    /// that cannot be.
    /// </summary>
    public ByteSize? OwnBytes
    {
        get
        {
            if (Processes is not { } now)
                return null;
            if (now.FirstOrDefault(p => p.Id == Environment.ProcessId) is { } own)
                return Positive(own.Used);
            var added = now.Where(p => before?.Any(b => b.Id == p.Id) == false).ToList();
            return added is [var only] ? Positive(only.Used) : null;
        }
    }

    /// <summary>What NVML refused last, with its error; null if nothing.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Opens the GPU.</summary>
    /// <param name="uuid">'GPU-…' or 'MIG-…'.</param>
    /// <param name="reason">Why NVML is unavailable, or refuses the GPU, if the result is null.</param>
    /// <param name="library">Another file, for tests.</param>
    public static NvmlGpu? TryOpen(string uuid, out string? reason, string library)
    {
        if (Nvml.TryLoad(out reason, library) is not { } nvml)
            return null;
        try
        {
            return new(nvml, nvml.Device(uuid));
        }
        catch (DeviceException e)
        {
            nvml.Dispose();
            reason = e.Message;
            return null;
        }
    }

    public void Dispose() => nvml.Dispose();

    private static ByteSize? Positive(ByteSize? size) => size is { Bytes: > 0 } ? size : null;

    private T? OrNull<T>(Func<T> call)
        where T : class
    {
        try
        {
            return call();
        }
        catch (DeviceException e)
        {
            Refusal = e.Message;
            return null;
        }
    }
}
