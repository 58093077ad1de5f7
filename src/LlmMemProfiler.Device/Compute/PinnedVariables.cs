using System.ComponentModel;
using System.Runtime.InteropServices;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Compute;

/// <summary>
/// Variables that this program sets for libtorch where the user has not, before any library is loaded. They take cuDNN's attention,
/// whose workspace is cuDNN's own choice and cannot be predicted, out of the first place that it has on some GPUs.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/cuda/sdp_utils.cpp</c>, <c>check_prefer_cudnn_attention</c>: the first is read by 2.10 and before, the
/// second by later ones. Records carry both, as they carry what the user sets instead.
/// </remarks>
public static partial class PinnedVariables
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["TORCH_CUDNN_SDPA_PREFERRED"] = "0",
        ["TORCH_CUDNN_SDPA_DEPRIORITIZED"] = "1",
    };

    /// <summary>
    /// Sets those that are not set, where a GPU may be meant: not for the CPU, nor for 'auto' without a driver. .NET keeps a copy of the
    /// environment, so the C library's is written too.
    /// </summary>
    /// <param name="device">As on the command line.</param>
    /// <exception cref="DeviceException">The name is no device, or the C library refuses.</exception>
    public static void SetFor(string device)
    {
        var choice = DeviceChoice.Parse(device);
        if (choice.IsCpu || (choice.IsAuto && !NativeLibrary.TryLoad(CudaDriver.Library, out _)))
            return;
        foreach (var (name, value) in All.Where(v => Environment.GetEnvironmentVariable(v.Key) is null))
        {
            if (SetInLibC(name, value, overwrite: 1) != 0)
            {
                throw new DeviceException(
                    $"setenv {name} failed ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}); set it before this program starts");
            }
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInLibC(string name, string value, int overwrite);
}
