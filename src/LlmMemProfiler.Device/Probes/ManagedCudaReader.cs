using LlmMemProfiler.Core.Units;
using ManagedCuda;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// The same figures through ManagedCuda's primary context, as a cross-check of this program's own bindings. Compiled with
/// <c>-p:ManagedCuda=true</c> only: from version 12 on ManagedCuda is under GPLv3 or a commercial licence.
/// </summary>
internal static class ManagedCudaReader
{
    /// <summary>Reads a GPU by its number. ManagedCuda looks for the driver by the name 'libcuda.so', without a version.</summary>
    /// <exception cref="DeviceException">The driver fails, or cannot be found by that name.</exception>
    public static (string Name, ByteSize Free, ByteSize Total) Read(int index)
    {
        try
        {
            using var context = new PrimaryContext(index);
            context.SetCurrent();
            return (context.GetDeviceName(), new((long)context.GetFreeDeviceMemorySize()), new((long)context.GetTotalDeviceMemorySize()));
        }
        catch (Exception e) when (e is CudaException or DllNotFoundException or TypeInitializationException)
        {
            throw new DeviceException($"ManagedCuda: {e.Message.Split('\n')[0].Trim()}", e);
        }
    }
}
