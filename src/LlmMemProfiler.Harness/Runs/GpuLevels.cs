using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// A GPU's memory usage at a run's milestones, which separates the context from modules: the context exists before the first
/// kernel; anything beyond it and the caching allocator's segments was loaded by kernels and libraries. Does nothing on a CPU.
/// </summary>
internal sealed class GpuLevels(ComputeDevice device)
{
    private readonly List<CudaLevel> levels = [];

    /// <summary>Adds a reading.</summary>
    /// <param name="at">Name of the milestone.</param>
    /// <param name="reserved">Bytes reserved by the caching allocator; null without a hook.</param>
    public void Add(string at, ByteSize? reserved)
    {
        if (device.Gpu is { } gpu)
            levels.Add(gpu.Level(at, reserved));
    }

    /// <summary>Runs a minimal kernel, which initializes the CUDA runtime and, under eager loading, loads every module.</summary>
    public void RunFirstKernel()
    {
        if (!device.Facts.Kind.IsGpu())
            return;
        torch.zeros(1, device: device.Torch).Dispose();
        device.Synchronize();
    }

    /// <summary>
    /// Usage excluding the allocator's segments, after each shape was used once; on a CPU the reading after the warm-up.
    /// </summary>
    /// <param name="warm">The reading after the warm-up.</param>
    public MemoryReading WithoutSegments(MemoryReading warm)
    {
        if (device.Gpu is not { } gpu)
            return warm;
        var loaded = levels.FindLast(l => l.At is "prefill" or "first_step") ?? levels[^1];
        var used = loaded.Driver - loaded.Reserved - (gpu.Others?.Used ?? ByteSize.Zero);
        return new(new(used, null, "modules: the allocator's segments are unknown without a hook; they are in the residual"), null);
    }

    /// <summary>The record's facts about the GPU; null on a CPU.</summary>
    /// <param name="libTorch">The loaded libtorch's CUDA.</param>
    /// <param name="attention">The backends used for fused attention.</param>
    public CudaFacts? Facts(LibTorchCuda libTorch, IReadOnlyList<string> attention) =>
        device.Gpu is { } gpu ? Facts(gpu, libTorch, attention)
        : device.VirtualCard is { } card ? Facts(card, libTorch, attention)
        : null;

    /// <summary>Its kernels compute nothing, and it has no driver whose numbers could be read.</summary>
    private CudaFacts Facts(GpuModel card, LibTorchCuda libTorch, IReadOnlyList<string> attention) => new()
    {
        Multiprocessors = card.Multiprocessors,
        Runtime = libTorch.Runtime,
        Cudnn = libTorch.Cudnn,
        Attention = attention,
        Levels = levels,
        Virtual = device.Virtual!(),
    };

    private CudaFacts Facts(CudaProbe gpu, LibTorchCuda libTorch, IReadOnlyList<string> attention) => new()
    {
        Multiprocessors = gpu.Multiprocessors,
        Runtime = libTorch.Runtime,
        Cudnn = libTorch.Cudnn,
        ModuleLoading = gpu.ModuleLoading,
        Attention = attention,
        NvmlTotal = gpu.Nvml?.Total,
        NvmlRefusal = gpu.NvmlRefusal,
        DriverReserve = gpu.Nvml?.Reserved,
        Others = gpu.Others,
        Levels = levels,
    };
}
