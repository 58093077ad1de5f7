using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: devices and versions.</summary>
internal static unsafe class CudartDevices
{
    /// <summary>What the driver of a virtual GPU supports, and what its runtime is: CUDA 12.8.</summary>
    public const int Version = 12_080;

    private const int NoDevice = 100;
    private const int BusIdBytes = 13;

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDeviceCount")]
    private static int CountOf(int* count)
    {
        if (Caller.IsNoPlace(count))
            return Failed(CudaError.InvalidValue);
        *count = Caller.Rack.Count;
        return Caller.Rack.Count > 0 ? 0 : Failed(NoDevice);
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDevice")]
    private static int Get(int* device)
    {
        if (Caller.IsNoPlace(device))
            return Failed(CudaError.InvalidValue);
        *device = Caller.Device;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaSetDevice")]
    private static int Set(int device) => Caller.TryChoose(device) ? 0 : Failed(CudaError.InvalidDevice);

    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceGetAttribute")]
    private static int Attribute(int* value, int attribute, int device)
    {
        if (Caller.IsNoPlace(value))
            return Failed(CudaError.InvalidValue);
        if (!Caller.Rack.Has(device))
            return Failed(CudaError.InvalidDevice);
        if (DeviceAttributes.Of(Caller.Rack[device], attribute) is not { } known)
            return Failed(CudaError.InvalidValue);
        *value = known;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDeviceProperties_v2")]
    private static int PropertiesOfCuda12(byte* properties, int device) => Fill(properties, device, DeviceImages.OfCuda12);

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDeviceProperties")]
    private static int PropertiesOfCuda13(byte* properties, int device) => Fill(properties, device, DeviceImages.OfCuda13);

    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceGetPCIBusId")]
    private static int BusId(byte* text, int room, int device)
    {
        if (Caller.IsNoPlace(text) || room < BusIdBytes)
            return Failed(CudaError.InvalidValue);
        if (!Caller.Rack.Has(device))
            return Failed(CudaError.InvalidDevice);
        NativeText.Write(text, room, Caller.Rack[device].BusId);
        return 0;
    }

    /// <summary>What one device cannot do with another one's memory is done by copies.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceCanAccessPeer")]
    private static int CanAccessPeer(int* can, int device, int peer)
    {
        if (Caller.IsNoPlace(can))
            return Failed(CudaError.InvalidValue);
        if (!Caller.Rack.Has(device) || !Caller.Rack.Has(peer))
            return Failed(CudaError.InvalidDevice);
        *can = 0;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceSynchronize")]
    private static int Synchronize() => 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaDriverGetVersion")]
    private static int DriverVersion(int* version) => Tell(version);

    [UnmanagedCallersOnly(EntryPoint = "cudaRuntimeGetVersion")]
    private static int RuntimeVersion(int* version) => Tell(version);

    private static int Tell(int* version)
    {
        if (Caller.IsNoPlace(version))
            return Failed(CudaError.InvalidValue);
        *version = Version;
        return 0;
    }

    private static int Fill(byte* properties, int device, DeviceImages images)
    {
        if (Caller.IsNoPlace(properties))
            return Failed(CudaError.InvalidValue);
        if (!Caller.Rack.Has(device))
            return Failed(CudaError.InvalidDevice);
        images.CopyTo(properties, device);
        return 0;
    }
}
