using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>NVML: this process is the only one that uses a virtual GPU.</summary>
/// <remarks>nvml.h of CUDA 12.8: error numbers and structures.</remarks>
internal static unsafe class NvmlExports
{
    private const int InvalidArgument = 2;
    private const int NotFound = 6;
    private const int InsufficientSize = 7;
    private const uint NoInstance = uint.MaxValue;

    /// <summary>nvml.h, <c>NVML_NVLINK_DEVICE_TYPE</c> and others: what there is none of.</summary>
    private const int NotSupported = 3;

    private static readonly int Process = Environment.ProcessId;

    [UnmanagedCallersOnly(EntryPoint = "nvmlInit_v2")]
    private static int Initialize() => 0;

    [UnmanagedCallersOnly(EntryPoint = "nvmlShutdown")]
    private static int Shutdown() => 0;

    [UnmanagedCallersOnly(EntryPoint = "nvmlErrorString")]
    private static byte* TextOf(int error) => error switch
    {
        0 => NativeText.Of("Success"u8),
        InvalidArgument => NativeText.Of("Invalid Argument"u8),
        NotSupported => NativeText.Of("Not Supported"u8),
        4 => NativeText.Of("Insufficient Permissions"u8),
        NotFound => NativeText.Of("Not Found"u8),
        InsufficientSize => NativeText.Of("Insufficient Size"u8),
        _ => NativeText.Of("Unknown Error"u8),
    };

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetCudaDriverVersion_v2")]
    private static int CudaVersion(int* version)
    {
        if (Caller.IsNoPlace(version))
            return InvalidArgument;
        *version = CudartDevices.Version;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetCount_v2")]
    private static int CountOf(uint* count)
    {
        if (Caller.IsNoPlace(count))
            return InvalidArgument;
        *count = (uint)Caller.Rack.Count;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    private static int ByIndex(uint index, void** device)
    {
        if (Caller.IsNoPlace(device) || index >= (uint)Caller.Rack.Count)
            return InvalidArgument;
        *device = Caller.Rack[(int)index].Handle;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByUUID")]
    private static int ByUuid(byte* uuid, void** device)
    {
        if (Caller.IsNoPlace(uuid) || Caller.IsNoPlace(device))
            return InvalidArgument;
        for (var i = 0; i < Caller.Rack.Count; i++)
        {
            // After 'GPU-'.
            if (uuid[0] != 0 && uuid[1] != 0 && uuid[2] != 0 && uuid[3] == '-' && NativeText.Is(uuid + 4, Caller.Rack[i].Uuid))
            {
                *device = Caller.Rack[i].Handle;
                return 0;
            }
        }
        return NotFound;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByPciBusId_v2")]
    private static int ByBusId(byte* bus, void** device)
    {
        if (Caller.IsNoPlace(bus) || Caller.IsNoPlace(device))
            return InvalidArgument;
        for (var i = 0; i < Caller.Rack.Count; i++)
        {
            if (NativeText.IsBus(bus, DeviceLimits.Bus(Caller.Rack[i])))
            {
                *device = Caller.Rack[i].Handle;
                return 0;
            }
        }
        return NotFound;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetName")]
    private static int Name(void* device, byte* name, uint room)
    {
        if (Caller.DeviceOf(device) is not { } found || Caller.IsNoPlace(name) || room is 0 or > int.MaxValue)
            return InvalidArgument;
        NativeText.Write(name, (int)room, found.Title);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMemoryInfo")]
    private static int Memory(void* device, ulong* memory)
    {
        if (Caller.DeviceOf(device) is not { } found || Caller.IsNoPlace(memory))
            return InvalidArgument;
        (memory[0], memory[1], memory[2]) = ((ulong)found.Total, (ulong)Math.Max(found.Free, 0), (ulong)found.Busy);
        return 0;
    }

    /// <summary>One entry of <c>nvmlProcessInfo_t</c>: process, bytes, and the two numbers of an instance.</summary>
    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeRunningProcesses")]
    private static int Processes(void* device, uint* count, byte* entries)
    {
        if (Caller.DeviceOf(device) is not { } found || Caller.IsNoPlace(count))
            return InvalidArgument;
        var (room, users) = (*count, found.Levels.HasContext ? 1u : 0);
        *count = users;
        if (room < users)
            return InsufficientSize;
        if (users == 0)
            return 0;
        if (Caller.IsNoPlace(entries))
            return InvalidArgument;
        *(uint*)entries = (uint)Process;
        *(ulong*)(entries + 8) = (ulong)found.Busy;
        (*(uint*)(entries + 16), *(uint*)(entries + 20)) = (NoInstance, NoInstance);
        return 0;
    }

    /// <summary>There is no link between virtual GPUs.</summary>
    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetNvLinkRemoteDeviceType")]
    private static int LinkedType(void* device, uint link, int* type) => NotSupported;

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetNvLinkRemotePciInfo_v2")]
    private static int LinkedBus(void* device, uint link, void* bus) => NotSupported;
}
