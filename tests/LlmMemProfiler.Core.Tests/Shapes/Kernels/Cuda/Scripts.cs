using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>Scripts in words, and kernels of GPUs by name.</summary>
internal static class Scripts
{
    public static CudaKernels Kernels(string gpu, LibTorchCuda? libTorch = null, CudaEnvironment? environment = null) =>
        new(GpuModels.Find(gpu)!, libTorch ?? LibTorchCuda.TorchSharp, environment ?? CudaEnvironment.Default);

    /// <summary>'result', '+bytes', '-bytes' and 'name bytes' of what is kept, in order.</summary>
    public static string[] Words(this KernelScript script) =>
        [.. script.Steps.Select(step => step.Kind switch
        {
            StepKind.Result => "result",
            StepKind.Take => $"+{step.Size}",
            StepKind.Free => $"-{step.Size}",
            _ => $"{step.Name} {step.Size}",
        })];
}
