using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.VirtualGpu;
using LlmMemProfiler.VirtualGpu.Hardware;
using LlmMemProfiler.VirtualGpu.SharedObjects;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A libtorch that is loaded, and the device to measure on: a real one, or a virtual GPU, which libtorch then takes for one.</summary>
public sealed class OpenedDevice : IDisposable
{
    private OpenedDevice(LibTorchLibrary library, ComputeDevice device) => (Library, Device) = (library, device);

    public LibTorchLibrary Library { get; }

    public ComputeDevice Device { get; }

    /// <summary>Sets the variables that libtorch reads, loads it, and finds the device.</summary>
    /// <param name="name">The user's name for the device.</param>
    /// <param name="libtorch">Folder of libtorch; null for the program's own.</param>
    /// <param name="allowBusy">True if other processes may be using the GPU.</param>
    /// <param name="virtualContext">What a context takes of a virtual GPU's memory.</param>
    /// <exception cref="Core.InputException">The name is not a device.</exception>
    /// <exception cref="DeviceException">libtorch cannot be loaded, or the device cannot be used.</exception>
    public static OpenedDevice Open(string name, string? libtorch, bool allowBusy, ByteSize virtualContext = default)
    {
        PinnedVariables.SetFor(name);
        var choice = DeviceChoice.Parse(name);
        if (choice.Virtual is not { } gpus)
        {
            var loaded = LibTorchLibrary.Load(libtorch);
            return new(loaded, ComputeDevice.Find(name, loaded, allowBusy));
        }
        var library = LoadOn(choice, gpus, libtorch, virtualContext);
        return new(library, ComputeDevice.OfVirtual(choice, library, () => Facts(gpus, virtualContext)));
    }

    public void Dispose() => Device.Dispose();

    /// <summary>Loads libtorch on virtual GPUs: CUDA's libraries have to be there before it looks for them.</summary>
    /// <exception cref="DeviceException">libtorch or the virtual GPUs cannot be loaded.</exception>
    internal static LibTorchLibrary LoadOn(DeviceChoice choice, VirtualGpus gpus, string? libtorch, ByteSize context)
    {
        try
        {
            var imports = LibTorchImports.OfCuda(LibTorchFolder.Find(libtorch));
            StandIn.Load(gpus.Gpu, gpus.Count, gpus.Total, context, [.. imports.Functions.Select(f => new ImportedFunction(f.Name, f.Version, f.Library))], imports.Needed);
            return LibTorchLibrary.Load(libtorch);
        }
        catch (VirtualGpuException e)
        {
            throw new DeviceException($"--device {choice}: {e.Message}", e);
        }
    }

    internal static VirtualFacts Facts(VirtualGpus gpus, ByteSize context)
    {
        var (calls, bytes) = StandIn.UnwrittenReads;
        return new(gpus.ToString(), StandIn.Version, context, calls, bytes) { Fault = StandIn.Fault };
    }
}
