using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Compute;

/// <summary>Says that a GPU is there which libtorch cannot use, so that nobody takes the CPU's numbers for the GPU's.</summary>
internal static class UnusedGpu
{
    /// <summary>The remark; null if the driver shows no GPU.</summary>
    /// <param name="hasCuda">True if libtorch was built with CUDA.</param>
    /// <param name="folder">libtorch's folder.</param>
    /// <param name="driverLibrary">Another driver library, for tests.</param>
    public static string? Remark(bool hasCuda, string folder, string driverLibrary = CudaDriver.Library)
    {
        try
        {
            if (CudaDriver.TryLoad(out _, driverLibrary) is not { } driver || driver.Gpus() is not [var gpu, ..])
                return null;
            return hasCuda
                ? $"measured on the CPU, since libtorch in {folder} finds no usable GPU, although the driver, for CUDA {driver.Version}, shows {gpu.Name}; 'llmmem doctor' examines it"
                : $"measured on the CPU, since libtorch in {folder} was built without CUDA, although {gpu.Name} is there; to use it, pass --device cuda:{gpu.Index} {LibTorchFolder.Option} DIR with a CUDA build of libtorch or PyTorch, or build with -p:Torch=cuda";
        }
        catch (DeviceException)
        {
            // A driver that fails shows no GPU.
            return null;
        }
    }
}
