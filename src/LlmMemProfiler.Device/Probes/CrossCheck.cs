using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Reads a GPU through a second driver binding, if this build has one.</summary>
public static class CrossCheck
{
    /// <summary>The second binding's name; null if this build has none.</summary>
    public static string? Name =>
#if MANAGED_CUDA
        "ManagedCuda";
#else
        null;
#endif

    /// <summary>The GPU's name and memory, in its primary context.</summary>
    /// <exception cref="DeviceException">The binding fails or is missing from this build.</exception>
    public static (string Name, ByteSize Free, ByteSize Total) Read(CudaGpu gpu) =>
#if MANAGED_CUDA
        ManagedCudaReader.Read(gpu.Index);
#else
        throw new DeviceException($"cuda:{gpu.Index}: this build has no second driver binding; build with -p:ManagedCuda=true");
#endif
}
