using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>The GPUs that the kernels of TorchSharp's libtorch, 2.10.0 for CUDA 12.8, were compiled for.</summary>
/// <remarks>
/// The 'NVCC architecture flags' of <c>at::show_config</c>, read in libtorch_cuda.so of 2.10.0+cu128: machine code only, no PTX. It runs on
/// later minor versions of its major one (CUDA C++ Programming Guide, 'Binary Compatibility').
/// </remarks>
public static class GpuCode
{
    private static readonly ComputeCapability[] CompiledFor = [new(7, 0), new(7, 5), new(8, 0), new(8, 6), new(9, 0), new(10, 0), new(12, 0)];

    public static bool RunsOn(ComputeCapability capability) =>
        CompiledFor.Any(code => code.Major == capability.Major && code.Minor <= capability.Minor);

    /// <exception cref="InputException">No kernel runs on the GPU.</exception>
    public static void RequireFor(GpuModel gpu)
    {
        if (!RunsOn(gpu.Capability))
            throw new InputException(
                $"no kernels for {gpu.Name}: libtorch {LibTorchCuda.TorchSharp.Version} for CUDA {LibTorchCuda.TorchSharp.Runtime} has no code for capability {gpu.Capability}; " +
                $"must be {string.Join(", ", CompiledFor.Select(code => code.Major).Distinct().Select(major => $"{major}.x"))}");
    }
}
