using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>The target that a record was measured on, reconstructed from the record alone.</summary>
public static class RecordedTarget
{
    /// <param name="device">The device.</param>
    /// <param name="host">Machine and software, with the process's environment variables.</param>
    /// <param name="cuda">GPU facts; null on CPU.</param>
    /// <exception cref="InputException">A variable has a value that libtorch refuses, or the capability is invalid.</exception>
    public static Target Of(DeviceFacts device, HostFacts host, CudaFacts? cuda)
    {
        if (cuda is null)
            return new(new CpuKernels(host.Threads));
        var gpu = GpuModel.Of(
            device.Name, ComputeCapability.Parse(device.Capability ?? "", device.Name), cuda.Multiprocessors,
            device.Total is { } total ? GpuCapacity.Of(total, "the record") : GpuCapacity.Unknown);
        // The version is the first word, as in '2.10.0 (package)'.
        var target = Targets.Gpu(gpu, new(host.Libtorch.Split(' ')[0], cuda.Cudnn, cuda.Runtime), host.Environment.GetValueOrDefault);
        return target.Allocator is not { } settings
            ? target
            : target with { Allocator = settings with { Capacity = Capacity(device.Total, cuda) } };
    }

    /// <summary>
    /// Memory available for tensors: the total minus the observed peak of other processes and of this process's context and modules; on a
    /// virtual GPU, which has no other, minus the context that it was told to take.
    /// </summary>
    private static ByteSize? Capacity(ByteSize? total, CudaFacts cuda)
    {
        var others = cuda.Virtual?.Context ?? cuda.Levels.Aggregate<CudaLevel, ByteSize?>(null, (most, level) => ByteSize.Max(most, level.Driver - level.Reserved));
        return total - others is { Bytes: >= 0 } room ? room : null;
    }
}
