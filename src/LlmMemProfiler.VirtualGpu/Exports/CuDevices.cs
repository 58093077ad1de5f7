using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's driver: devices, their contexts, and errors' texts. A context is made of its device.</summary>
internal static unsafe class CuDevices
{
    [UnmanagedCallersOnly(EntryPoint = "cuInit")]
    private static int Initialize(uint flags) => 0;

    [UnmanagedCallersOnly(EntryPoint = "cuDriverGetVersion")]
    private static int Version(int* version) => Tell(version, CudartDevices.Version);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetCount")]
    private static int CountOf(int* count) => Tell(count, Caller.Rack.Count);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGet")]
    private static int Get(int* device, int index) => Caller.Rack.Has(index) ? Tell(device, index) : CudaError.InvalidDevice;

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetName")]
    private static int Name(byte* name, int room, int device)
    {
        if (Caller.IsNoPlace(name) || room < 1)
            return CudaError.InvalidValue;
        if (!Caller.Rack.Has(device))
            return CudaError.InvalidDevice;
        NativeText.Write(name, room, Caller.Rack[device].Title);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetAttribute")]
    private static int Attribute(int* value, int attribute, int device) =>
        !Caller.Rack.Has(device) ? CudaError.InvalidDevice
        : DeviceAttributes.Of(Caller.Rack[device], attribute) is { } known ? Tell(value, known)
        : CudaError.InvalidValue;

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceTotalMem_v2")]
    private static int Total(nuint* total, int device)
    {
        if (Caller.IsNoPlace(total))
            return CudaError.InvalidValue;
        if (!Caller.Rack.Has(device))
            return CudaError.InvalidDevice;
        *total = (nuint)Caller.Rack[device].Total;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxGetState")]
    private static int PrimaryState(int device, uint* flags, int* isActive)
    {
        if (!Caller.Rack.Has(device))
            return CudaError.InvalidDevice;
        if (!Caller.IsNoPlace(flags))
            *flags = 0;
        return Tell(isActive, Caller.Rack[device].Levels.HasContext ? 1 : 0);
    }

    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static int RetainPrimary(void** context, int device)
    {
        if (Caller.IsNoPlace(context))
            return CudaError.InvalidValue;
        if (!Caller.Rack.Has(device))
            return CudaError.InvalidDevice;
        Caller.Rack[device].Levels.HasContext = true;
        *context = Caller.Rack[device].Handle;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    private static int ReleasePrimary(int device) => Caller.Rack.Has(device) ? 0 : CudaError.InvalidDevice;

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetCurrent")]
    private static int Current(void** context)
    {
        if (Caller.IsNoPlace(context))
            return CudaError.InvalidValue;
        *context = Caller.Current.Levels.HasContext ? Caller.Current.Handle : null;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuCtxSetCurrent")]
    private static int SetCurrent(void* context) => context is null ? 0 : Choose(context);

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetDevice")]
    private static int DeviceOfCurrent(int* device) => Tell(device, Caller.Device);

    [UnmanagedCallersOnly(EntryPoint = "cuGetErrorString")]
    private static int TextOf(int error, byte** text)
    {
        if (Caller.IsNoPlace(text))
            return CudaError.InvalidValue;
        *text = CudaError.TextOf(error);
        return *text is null ? CudaError.InvalidValue : 0;
    }

    private static int Choose(void* context) =>
        Caller.DeviceOf(context) is { } device && Caller.TryChoose(device.Index) ? 0 : CudaError.InvalidContext;

    private static int Tell(int* place, int value)
    {
        if (Caller.IsNoPlace(place))
            return CudaError.InvalidValue;
        *place = value;
        return 0;
    }
}
