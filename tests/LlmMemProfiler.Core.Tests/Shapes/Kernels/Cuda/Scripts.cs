using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>Scripts in words, and kernels of GPUs by name.</summary>
internal static class Scripts
{
    /// <summary>libtorch 2.11.0: cuDNN 9.19.0, as its wheel for CUDA 13.0 had on an H100.</summary>
    public static readonly LibTorchCuda PyTorch211 = new("2.11.0", 91900);

    public static CudaKernels Kernels(string gpu, LibTorchCuda? libTorch = null, CudaEnvironment? environment = null) =>
        new(GpuModels.Find(gpu)!, libTorch ?? LibTorchCuda.TorchSharp, environment ?? new());

    /// <summary>'result', '+bytes', '-bytes' and 'name bytes' of what is kept, in order.</summary>
    public static string[] Words(this KernelScript script) =>
        [.. script.Steps.ToArray().Select(step => step.Kind switch
        {
            StepKind.Result => "result",
            StepKind.Allocate => $"+{step.Size}",
            StepKind.Free => $"-{step.Size}",
            _ => $"{step.Name} {step.Size}",
        })];
}
