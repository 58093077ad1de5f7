using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// The levels of a GPU at a run's turning points, which tell its context from modules: the context is there before the first kernel;
/// what is in use beyond it and beyond the caching allocator's segments was loaded by kernels and libraries. On a CPU it does nothing.
/// </summary>
internal sealed class GpuLevels(ComputeDevice device)
{
    private readonly List<CudaLevel> levels = [];

    /// <summary>Reads the level.</summary>
    /// <param name="at">The moment's name.</param>
    /// <param name="reserved">Segments of the caching allocator now; null where nothing saw allocations.</param>
    public void Add(string at, ByteSize? reserved)
    {
        if (device.Gpu is { } gpu)
            levels.Add(gpu.Level(at, reserved));
    }

    /// <summary>One kernel, the smallest there is: with it the CUDA runtime comes up, and under eager loading every module.</summary>
    public void RunFirstKernel()
    {
        if (device.Gpu is null)
            return;
        torch.zeros(1, device: device.Torch).Dispose();
        device.Synchronize();
    }

    /// <summary>
    /// What the device holds beside the allocator's segments, now that each shape was used once; on a CPU the level after the warm-up.
    /// </summary>
    /// <param name="warm">After the warm-up.</param>
    public DeviceReading WithoutSegments(DeviceReading warm)
    {
        if (device.Gpu is not { } gpu)
            return warm;
        var loaded = levels.FindLast(l => l.At is "prefill" or "first_step") ?? levels[^1];
        return new(
            loaded.Driver - loaded.Reserved - (gpu.Others?.Used ?? ByteSize.Zero), null,
            "modules: nothing saw the allocator's segments, so they cannot be told apart; they are in the residual");
    }

    /// <summary>What the record says of the GPU; null on a CPU.</summary>
    /// <param name="libTorch">What is loaded.</param>
    /// <param name="attention">What computes fused attention.</param>
    public CudaFacts? Facts(LibTorchCuda libTorch, IReadOnlyList<string> attention) => device.Gpu is not { } gpu ? null : new()
    {
        Multiprocessors = gpu.Multiprocessors,
        Runtime = libTorch.Runtime,
        Cudnn = libTorch.Cudnn,
        ModuleLoading = gpu.ModuleLoading,
        Attention = attention,
        NvmlTotal = gpu.Nvml?.Total,
        DriverReserve = gpu.Nvml?.Reserved,
        Others = gpu.Others,
        Levels = levels,
    };
}
