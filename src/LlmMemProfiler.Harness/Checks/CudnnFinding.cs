using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>
/// What cuDNN does here. It never fails: runs need none of it, since its attention, whose workspace cannot be predicted, is put last.
/// </summary>
internal static class CudnnFinding
{
    /// <param name="libTorch">The loaded libtorch's CUDA.</param>
    /// <param name="variable">Looks up a variable of this process; null if not set.</param>
    public static Finding Of(LibTorchCuda libTorch, Func<string, string?> variable)
    {
        if (libTorch.Cudnn == 0)
            return new("cuDNN", FindingState.Absent, "this libtorch names no cuDNN; runs do not need it");
        var version = $"version {libTorch.Cudnn / 10_000}.{libTorch.Cudnn / 100 % 100}.{libTorch.Cudnn % 100}";
        return CudaEnvironment.From(variable).PrefersCudnn(libTorch.Release)
            ? new("cuDNN", FindingState.Absent, $"{version}; a variable leaves its attention on, whose workspace cannot be predicted; unset TORCH_CUDNN_SDPA_DEPRIORITIZED and TORCH_CUDNN_SDPA_PREFERRED")
            : new("cuDNN", FindingState.Good, $"{version}; its attention comes last, as in runs, so it is not tested");
    }
}
