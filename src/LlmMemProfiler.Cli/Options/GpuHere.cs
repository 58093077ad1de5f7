using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Cli.Options;

/// <summary>A GPU of this machine that libtorch has kernels for, by the driver alone; no context is made.</summary>
/// <param name="Device">As the driver shows it.</param>
/// <param name="Model">The same as a target: of the table where it is there, with the total that is here.</param>
internal sealed record GpuHere(CudaGpu Device, GpuModel Model)
{
    /// <summary>Those that there are, in CUDA's order.</summary>
    /// <param name="reason">Why there is none, if there is none.</param>
    public static IReadOnlyList<GpuHere> All(out string? reason)
    {
        try
        {
            var shown = CudaDriver.TryLoad(out reason)?.Gpus() ?? [];
            var usable = shown.Select(Of).Where(gpu => GpuCode.RunsOn(gpu.Model.Capability)).ToList();
            reason ??= usable.Count == 0 ? $"the driver shows {(shown.Count == 0 ? "none" : string.Join(", ", shown.Select(gpu => gpu.Name)))}" : null;
            return usable;
        }
        catch (DeviceException e)
        {
            reason = e.Message;
            return [];
        }
    }

    /// <summary>What of it no process uses now.</summary>
    /// <exception cref="DeviceException">NVML does not tell.</exception>
    public ByteSize Free()
    {
        using var nvml = NvmlGpu.TryOpen(Device.Uuid, out var reason, Nvml.Library);
        // NVML's total is more than what CUDA gives, by what the driver reserves; an older one counts that as used.
        return nvml?.Memory is { } memory
            ? ByteSize.Min(Device.Total, memory.Total - (memory.Reserved ?? ByteSize.Zero) - memory.Used)
            : throw new DeviceException($"{MemoryOption.Name} free: NVML does not tell what is free on {Device.Name} ({nvml?.Refusal ?? reason}); give a size, such as 24GiB");
    }

    private static GpuHere Of(CudaGpu gpu)
    {
        var total = GpuCapacity.Of(gpu.Total, $"cuda:{gpu.Index} of this machine");
        return new(gpu, GpuNames.OfDriver(gpu.Name, gpu.Total) is { } known
            ? known with { Capacity = total }
            : GpuModel.Of(gpu.Name, ComputeCapability.Parse(gpu.Capability, gpu.Name), gpu.Multiprocessors, total));
    }
}
