using LlmMemProfiler.Core.Units;
using ManagedCuda;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads a GPU through ManagedCuda's primary context, to cross-check this program's own binding. Compiled only with
/// <c>-p:ManagedCuda=true</c>: since version 12, ManagedCuda is licensed under GPLv3 or commercially.
/// </summary>
internal static class ManagedCudaReader
{
    /// <summary>Reads a GPU by index. ManagedCuda looks for the driver as 'libcuda.so', without a version.</summary>
    /// <exception cref="DeviceException">The driver fails or cannot be found under that name.</exception>
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
