using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>A GPU's memory as counted by NVML, across all processes.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Reserved">The driver's own reserve; null before version 2 of NVML's struct.</param>
/// <param name="Used">Used memory, excluding the driver's reserve if that is known.</param>
public sealed record NvmlMemory(ByteSize Total, ByteSize? Reserved, ByteSize Used);

/// <summary>A process that uses a GPU's memory.</summary>
/// <param name="Id">Its process id, as the driver sees it.</param>
/// <param name="Used">Null if the driver does not report it, as in some containers.</param>
public sealed record NvmlProcess(uint Id, ByteSize? Used);

/// <summary>A few NVML functions (nvml.h): the driver's usage per process, and its own reserve.</summary>
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

    /// <summary>Loads and initializes NVML.</summary>
    /// <param name="reason">Why NVML is unavailable, if the result is null.</param>
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

    /// <summary>A GPU by its UUID, 'GPU-…'. NVML numbers all GPUs, CUDA only the visible ones; the UUID is the same in both.</summary>
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
            // An older driver may export the function but reject the struct.
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
        // Processes may start between calls, so the capacity is generous and grows.
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
        var details = api.ExportOrNull("nvmlErrorString") is var address and not 0
            ? $" ({Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)address)(result))})"
            : "";
        throw new DeviceException($"{api.Name}: {call} failed with {result}{details}");
    }

    // nvml.h; the bytes between Total or Reserved and Used are 'free'.
    [StructLayout(LayoutKind.Explicit)]
    private struct MemoryV2
    {
        [FieldOffset(0)]
        public uint Version;
        [FieldOffset(8)]
        public ulong Total;
        [FieldOffset(16)]
        public ulong Reserved;
        [FieldOffset(32)]
        public ulong Used;
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct MemoryV1
    {
        [FieldOffset(0)]
        public ulong Total;
        [FieldOffset(16)]
        public ulong Used;
    }
}
