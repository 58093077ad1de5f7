using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Device.Compute;

/// <summary>A device to measure on: as libtorch, the hook, the records and the operating system or driver know it.</summary>
public sealed class ComputeDevice : IDisposable
{
    private ComputeDevice(torch.Device torchDevice, HookDevice hook, DeviceFacts facts, IDeviceProbe probe)
    {
        Gpu = probe as CudaProbe;
        Torch = torchDevice;
        Hook = hook;
        Facts = facts;
        Probe = probe;
    }

    public torch.Device Torch { get; }

    public HookDevice Hook { get; }

    public DeviceFacts Facts { get; }

    /// <summary>Reads what the system or the driver counts.</summary>
    public IDeviceProbe Probe { get; }

    /// <summary>The same probe where it reads a GPU; null on a CPU.</summary>
    public CudaProbe? Gpu { get; }

    /// <summary>Finds a device by what the user called it.</summary>
    /// <param name="name">'auto', 'cpu', 'cuda:N' or a GPU's UUID.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="allowBusy">True where others may be on the GPU.</param>
    /// <exception cref="DeviceException">There is no such device, this libtorch cannot use it, or others are on it.</exception>
    public static ComputeDevice Find(string name, LibTorchLibrary library, bool allowBusy = false)
    {
        var choice = DeviceChoice.Parse(name);
        return choice.IsCpu || (choice.IsAuto && !CanUseCuda(library)) ? Cpu(library) : Cuda(choice, library, allowBusy);
    }

    /// <summary>Waits until all work is done; on CPU it always is.</summary>
    public void Synchronize()
    {
        if (Facts.Kind == DeviceKind.Cuda)
            torch.cuda.synchronize(Torch);
    }

    /// <summary>The identity of a point on this device.</summary>
    public PointKey PointKey(ModelSpec model, Workload workload) => new(ModelFacts.Of(model), WorkloadFacts.Of(workload), Facts.Kind, Allocator);

    /// <summary>The allocator's settings as a point's identity has them; empty for the default.</summary>
    public string Allocator => Facts.Kind == DeviceKind.Cuda ? Targets.AllocatorConfiguration(Environment.GetEnvironmentVariable) : "";

    /// <summary>
    /// What the allocator under the tensors has from the system, as far as it tells that itself; null on a GPU, where the hook hears it
    /// with each event.
    /// </summary>
    public ByteSize? ReadReserved() => Facts.Kind == DeviceKind.Cpu ? CLibraryHeap.Reserved() : null;

    /// <summary>What a run may take here: on CPU what is available now, on a GPU all of its memory; null where it is not known.</summary>
    public ByteSize? Capacity => Facts.Kind == DeviceKind.Cpu ? MachineMemory.Read().Available : Facts.Total;

    /// <summary>
    /// On CPU the system kills a process that takes too much, and the result would be lost; so a run that cannot fit is refused.
    /// On a GPU, out of memory is a result.
    /// </summary>
    /// <exception cref="DeviceException">Less memory is available than the run needs at the least.</exception>
    public void RequireAvailable(ByteSize needed)
    {
        if (Facts.Kind == DeviceKind.Cpu && Capacity is { } available && needed > available)
        {
            throw new DeviceException(
                $"cpu: the run needs at least {needed}, but {available} are available; take a smaller model, batch, length or type");
        }
    }

    public void Dispose() => Probe.Dispose();

    private static bool CanUseCuda(LibTorchLibrary library) => library.HasCuda && torch.cuda.is_available();

    private static ComputeDevice Cpu(LibTorchLibrary library)
    {
        var facts = new DeviceFacts(DeviceKind.Cpu, HostReader.Processor(), null, MachineMemory.Read().Total, library.CpuCapability, null);
        return new(torch.CPU, HookDevice.Cpu, facts, new ProcessProbe());
    }

    private static ComputeDevice Cuda(DeviceChoice choice, LibTorchLibrary library, bool allowBusy)
    {
        if (!library.HasCuda)
            throw new DeviceException($"{choice}: the libtorch in {library.Folder.Path} has no CUDA part; build with -p:Torch=cuda, or name a CUDA build with --libtorch");
        if (!torch.cuda.is_available())
            throw new DeviceException($"{choice}: libtorch finds no usable GPU; is an NVIDIA driver installed, and CUDA_VISIBLE_DEVICES not empty?");
        var probe = CudaProbe.Open(choice, allowBusy);
        return new(torch.device($"cuda:{probe.Index}"), HookDevice.Cuda(probe.Index), probe.Facts, probe);
    }
}
