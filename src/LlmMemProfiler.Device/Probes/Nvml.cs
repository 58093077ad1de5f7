using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Memory of a GPU as NVML counts it, all processes together.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Reserved">What the driver keeps for itself; null before NVML's version 2 of this structure.</param>
/// <param name="Used">Used; without the driver's reserve where that is known.</param>
public sealed record NvmlMemory(ByteSize Total, ByteSize? Reserved, ByteSize Used);

/// <summary>A process that holds memory of a GPU.</summary>
/// <param name="Id">Its process id, in the driver's view.</param>
/// <param name="Used">Null where the driver does not tell, as inside some containers.</param>
public sealed record NvmlProcess(uint Id, ByteSize? Used);

/// <summary>A few functions of NVML (nvml.h): what the driver counts by process, and what it keeps for itself.</summary>
public sealed unsafe class Nvml : IDisposable
{
    public const string Library = "libnvidia-ml.so.1";

    private const int InsufficientSize = 7;

    private readonly NativeApi api;

    private Nvml(NativeApi api)
    {
        this.api = api;
        Check(((delegate* unmanaged<int>)api.Export("nvmlInit_v2"))(), "nvmlInit_v2");
    }

    /// <summary>Loads and initialises NVML.</summary>
    /// <param name="reason">Why there is none, where the result is null.</param>
    /// <param name="library">Another file, for tests.</param>
    public static Nvml? TryLoad(out string? reason, string library = Library) =>
        NativeApi.TryOpen(library, api => new Nvml(api), out reason);

    /// <summary>Version of the NVIDIA driver, such as '580.82.07'.</summary>
    public string DriverVersion
    {
        get
        {
            var text = stackalloc byte[80];
            Check(((delegate* unmanaged<byte*, uint, int>)api.Export("nvmlSystemGetDriverVersion"))(text, 80), "nvmlSystemGetDriverVersion");
            return Marshal.PtrToStringUTF8((nint)text) ?? "";
        }
    }

    /// <summary>A GPU by its UUID, 'GPU-…'. NVML counts all GPUs, CUDA only the visible ones; the UUID is the same in both.</summary>
    public nint Device(string uuid)
    {
        var text = Encoding.UTF8.GetBytes(uuid + '\0');
        nint device;
        fixed (byte* first = text)
            Check(((delegate* unmanaged<byte*, nint*, int>)api.Export("nvmlDeviceGetHandleByUUID"))(first, &device), "nvmlDeviceGetHandleByUUID");
        return device;
    }

    public NvmlMemory Memory(nint device)
    {
        if (api.ExportOrNull("nvmlDeviceGetMemoryInfo_v2") is var address and not 0)
        {
            // nvmlMemory_v2_t: version = size | 2 << 24.
            var memory = new MemoryV2 { Version = (uint)sizeof(MemoryV2) | (2u << 24) };
            // An older driver may have the function and refuse the structure.
            if (((delegate* unmanaged<nint, MemoryV2*, int>)address)(device, &memory) == 0)
                return new(new((long)memory.Total), new ByteSize((long)memory.Reserved), new((long)memory.Used));
        }
        MemoryV1 old;
        Check(((delegate* unmanaged<nint, MemoryV1*, int>)api.Export("nvmlDeviceGetMemoryInfo"))(device, &old), "nvmlDeviceGetMemoryInfo");
        return new(new((long)old.Total), null, new((long)old.Used));
    }

    /// <summary>The processes that compute on a GPU.</summary>
    public IReadOnlyList<NvmlProcess> Processes(nint device)
    {
        var call = (delegate* unmanaged<nint, uint*, byte*, int>)api.Export(
            "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2");
        // A process may come between two calls, so the first guess is generous and grows.
        for (var capacity = 64u; ; capacity *= 2)
        {
            var entries = new byte[capacity * ProcessEntries.WideSize];
            Array.Fill(entries, ProcessEntries.Untouched);
            var count = capacity;
            int result;
            fixed (byte* first = entries)
                result = call(device, &count, first);
            if (result == InsufficientSize && capacity < 1 << 16)
                continue;
            Check(result, "nvmlDeviceGetComputeRunningProcesses");
            return ProcessEntries.Read(entries, checked((int)count));
        }
    }

    public void Dispose() => ((delegate* unmanaged<int>)api.Export("nvmlShutdown"))();

    private void Check(int result, string call)
    {
        if (result == 0)
            return;
        var words = api.ExportOrNull("nvmlErrorString") is var address and not 0
            ? $" ({Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)address)(result))})"
            : "";
        throw new DeviceException($"{api.Name}: {call} failed with {result}{words}");
    }

    private struct MemoryV2
    {
        public uint Version;
        public ulong Total, Reserved, Free, Used;
    }

    private struct MemoryV1
    {
        public ulong Total, Free, Used;
    }
}
