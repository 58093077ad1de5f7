using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>The target that a record was measured on, from what the record says of it: the same at the measurement and years later.</summary>
public static class RecordedTarget
{
    /// <param name="device">The device.</param>
    /// <param name="host">Machine and software; its variables are those that the process had.</param>
    /// <param name="cuda">What only a GPU has; null on a CPU.</param>
    /// <exception cref="InputException">A variable has a value that is not simulated, or the capability is none.</exception>
    public static Target Of(DeviceFacts device, HostFacts host, CudaFacts? cuda)
    {
        if (cuda is null)
            return new(new CpuKernels(host.Threads));
        var gpu = new GpuModel(
            device.Name, ComputeCapability.Parse(device.Capability ?? "", device.Name), cuda.Multiprocessors, device.Total);
        // '2.10.0 (package)': the version is the first word.
        var target = Targets.Gpu(gpu, new(host.Libtorch.Split(' ')[0], cuda.Cudnn, cuda.Runtime), host.Environment.GetValueOrDefault);
        return target with { Allocator = target.Allocator! with { Capacity = Capacity(device.Total, cuda.Levels) } };
    }

    /// <summary>What the driver has for tensors: all that nobody else, nor this process's context and modules, held when the most of it was seen.</summary>
    private static ByteSize? Capacity(ByteSize? total, IReadOnlyList<CudaLevel> levels)
    {
        var others = levels.Aggregate<CudaLevel, ByteSize?>(null, (most, level) => ByteSize.Max(most, level.Driver - level.Reserved));
        return total - others is { Bytes: >= 0 } room ? room : null;
    }
}
