using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Reads a GPU through another binding of the driver, where this build has one.</summary>
public static class CrossCheck
{
    /// <summary>The other binding's name; null where this build has none.</summary>
    public static string? Name =>
#if MANAGED_CUDA
        "ManagedCuda";
#else
        null;
#endif

    /// <summary>The GPU's name and memory, in its primary context.</summary>
    /// <exception cref="DeviceException">The binding fails, or this build has none.</exception>
    public static (string Name, ByteSize Free, ByteSize Total) Read(CudaGpu gpu) =>
#if MANAGED_CUDA
        ManagedCudaReader.Read(gpu.Index);
#else
        throw new DeviceException($"cuda:{gpu.Index}: there is no other binding in this build; build with -p:ManagedCuda=true");
#endif
}
