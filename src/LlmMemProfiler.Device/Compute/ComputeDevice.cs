using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Device.Compute;

/// <summary>A device to measure on, as seen by libtorch, the hook, the records, and the operating system or driver.</summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Func<string?> remark;

    /// <summary>True for a virtual GPU that was told to fail when libtorch looked for it.</summary>
    private bool isMissing;

    private ComputeDevice(torch.Device torchDevice, HookDevice hook, DeviceFacts facts, IDeviceProbe probe, Func<string?> remark)
    {
        this.remark = remark;
        Gpu = probe as CudaProbe;
        Torch = torchDevice;
        Hook = hook;
        Facts = facts;
        Probe = probe;
    }

    public torch.Device Torch { get; }

    public HookDevice Hook { get; }

    public DeviceFacts Facts { get; }

    /// <summary>Reads the system's or the driver's counters.</summary>
    public IDeviceProbe Probe { get; }

    /// <summary>The same probe on a GPU; null on a CPU and on a virtual GPU.</summary>
    public CudaProbe? Gpu { get; }

    /// <summary>The card that a virtual GPU is; null on other devices.</summary>
    public GpuModel? VirtualCard { get; private init; }

    /// <summary>How it was made; null on other devices.</summary>
    public Func<VirtualFacts>? Virtual { get; private init; }

    /// <summary>Finds a device by the user's name for it.</summary>
    /// <param name="name">'auto', 'cpu', 'cuda:N' or a GPU's UUID.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="allowBusy">True if other processes may be using the GPU.</param>
    /// <exception cref="Core.InputException">The name is not a device.</exception>
    /// <exception cref="DeviceException">The device does not exist, is in use, or cannot be used by this libtorch.</exception>
    public static ComputeDevice Find(string name, LibTorchLibrary library, bool allowBusy = false)
    {
        var choice = DeviceChoice.Parse(name);
        if (choice.IsCpu || (choice.IsAuto && library.MissingForCuda.Count > 0))
            return Cpu(library, () => Missing(library));
        return choice.IsAuto && !CanUseCuda(library)
            ? Cpu(library, () => UnusedGpu.Remark(library.HasCuda, library.Folder.Path))
            : Cuda(choice, library, allowBusy);
    }

    /// <summary>A GPU that is not there, once the stand-in for CUDA is loaded.</summary>
    /// <param name="choice">The user's name for it.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="facts">How it was made, and what it did until now.</param>
    /// <param name="index">Its number among those that are seen.</param>
    /// <exception cref="DeviceException">This libtorch finds no GPU, though none was told to fail.</exception>
    public static ComputeDevice OfVirtual(DeviceChoice choice, LibTorchLibrary library, Func<VirtualFacts> facts, int index = 0)
    {
        RequireCuda(choice, library);
        var isMissing = !torch.cuda.is_available();
        if (isMissing && facts().Fault?.Error is null)
            throw new DeviceException($"{choice}: libtorch finds no virtual GPU; check CUDA_VISIBLE_DEVICES");
        var (card, total) = (choice.Virtual!.Gpu, choice.Virtual.Total);
        var title = card.DriverNames is [var name, ..] ? name : card.Title;
        return new(
            // Where it is missing, nothing runs, and TorchSharp has no name for it.
            isMissing ? torch.CPU : torch.device($"cuda:{index}"), HookDevice.Cuda(index), new(DeviceKind.Virtual, title, null, total, card.Capability.ToString(), null), new VirtualProbe(),
            () => null)
        {
            isMissing = isMissing,
            VirtualCard = card,
            Virtual = facts,
        };
    }

    /// <summary>Why a GPU was passed over, and how to use it, one per line; null if there is nothing to say. Initializes the driver.</summary>
    public IReadOnlyList<string>? Remarks() => remark() is { } text ? [text] : null;

    private static string? Missing(LibTorchLibrary library) => library.MissingForCuda is { Count: > 0 } missing
        ? $"the CUDA half of libtorch in {library.Folder.Path} is not loaded, since it needs {string.Join(", ", missing)}, which the dynamic loader does not find; {MissingLibraries.Remedy}"
        : null;

    /// <summary>Waits for all queued work; does nothing on a CPU.</summary>
    /// <exception cref="LibTorchException">Some of it failed.</exception>
    public void Synchronize()
    {
        if (!Facts.Kind.IsGpu())
            return;
        torch.cuda.synchronize(Torch);
        WrapperErrors.Check();
    }

    /// <summary>
    /// Makes libtorch take the device into use. Factories try twice: where the first try leaves CUDA half initialized, the second one
    /// ends the process (2.10, CUDACachingAllocator's malloc without its init). A copy is tried once.
    /// </summary>
    /// <exception cref="ExternalException">The device fails, or libtorch does not find it.</exception>
    public void Begin()
    {
        if (!Facts.Kind.IsGpu())
            return;
        if (isMissing)
            throw new LibTorchException("libtorch finds no GPU");
        using var here = torch.zeros(1);
        here.to(Torch).Dispose();
    }

    /// <summary>The identity of a point on this device.</summary>
    public PointKey PointKey(ModelSpec model, Workload workload) => new(ModelFacts.Of(model), WorkloadFacts.Of(workload), Facts.Kind, Allocator);

    /// <summary>The allocator settings that are part of a point's identity; empty for the defaults.</summary>
    public string Allocator => Facts.Kind.IsGpu() ? AllocatorOptions.Find(Environment.GetEnvironmentVariable).Text : "";

    /// <summary>Bytes the C library's allocator has reserved, if it reports them; null on a GPU, where each hook event carries them.</summary>
    public ByteSize? ReadReserved() => Facts.Kind == DeviceKind.Cpu ? CLibraryHeap.Reserved() : null;

    /// <summary>Memory available to a run: what is free now on a CPU, all memory on a GPU; null if unknown.</summary>
    public ByteSize? Capacity => Facts.Kind == DeviceKind.Cpu ? MachineMemory.Read().Available : Facts.Total;

    /// <summary>
    /// Rejects a run that cannot fit on a CPU, where the kernel would kill it and lose the result. On a GPU, running out is a result.
    /// </summary>
    /// <exception cref="DeviceException">Less memory is available than the run needs at least.</exception>
    public void RequireAvailable(ByteSize needed)
    {
        if (Facts.Kind == DeviceKind.Cpu && Capacity is { } available && needed > available)
        {
            throw new DeviceException(
                $"cpu: the run needs at least {needed}, but only {available} is available; use a smaller model, batch, length or dtype");
        }
    }

    public void Dispose() => Probe.Dispose();

    private static bool CanUseCuda(LibTorchLibrary library) => library.HasCuda && torch.cuda.is_available();

    private static ComputeDevice Cpu(LibTorchLibrary library, Func<string?> remark)
    {
        var facts = new DeviceFacts(DeviceKind.Cpu, HostReader.Processor(), null, MachineMemory.Read().Total, library.CpuCapability, null);
        return new(torch.CPU, HookDevice.Cpu, facts, new ProcessProbe(), remark);
    }

    private static ComputeDevice Cuda(DeviceChoice choice, LibTorchLibrary library, bool allowBusy)
    {
        RequireCuda(choice, library);
        if (!torch.cuda.is_available())
            throw new DeviceException($"{choice}: libtorch finds no usable GPU; check the NVIDIA driver and CUDA_VISIBLE_DEVICES");
        var probe = CudaProbe.Open(choice, allowBusy);
        return new(torch.device($"cuda:{probe.Index}"), HookDevice.Cuda(probe.Index), probe.Facts, probe, () => null);
    }

    private static void RequireCuda(DeviceChoice choice, LibTorchLibrary library)
    {
        if (Missing(library) is { } missing)
            throw new DeviceException($"{choice}: {missing}");
        if (!library.HasCuda)
            throw new DeviceException($"{choice}: the libtorch in {library.Folder.Path} was built without CUDA; build with -p:Torch=cuda, or point --libtorch at a CUDA build");
    }
}
