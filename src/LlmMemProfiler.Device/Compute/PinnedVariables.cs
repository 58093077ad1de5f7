using System.Runtime.InteropServices;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Compute;

/// <summary>
/// Variables set for libtorch before any library is loaded, unless the user has set them. They keep cuDNN's attention, whose
/// workspace size cannot be predicted, from being the first choice on some GPUs.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/cuda/sdp_utils.cpp</c>, <c>check_prefer_cudnn_attention</c>: up to 2.9 it reads the first, from 2.10 on
/// only the second. Records include the values in effect.
/// </remarks>
public static class PinnedVariables
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["TORCH_CUDNN_SDPA_PREFERRED"] = "0",
        ["TORCH_CUDNN_SDPA_DEPRIORITIZED"] = "1",
    };

    /// <summary>
    /// Sets the unset ones if the device may be a GPU: not for the CPU, nor for 'auto' without a driver.
    /// </summary>
    /// <param name="device">As given on the command line.</param>
    /// <exception cref="Core.InputException">The name is not a device.</exception>
    /// <exception cref="DeviceException">setenv fails.</exception>
    public static void SetFor(string device)
    {
        var choice = DeviceChoice.Parse(device);
        if (choice.IsCpu || (choice.IsAuto && !NativeLibrary.TryLoad(CudaDriver.Library, out _)))
            return;
        foreach (var (name, value) in All.Where(v => Environment.GetEnvironmentVariable(v.Key) is null))
            ProcessEnvironment.Set(name, value);
    }
}
