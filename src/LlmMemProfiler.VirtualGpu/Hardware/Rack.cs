using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>The virtual GPUs that a program sees, with their memory and their objects. It knows no programming interface.</summary>
internal sealed class Rack : IDisposable
{
    private readonly VirtualDevice[] devices;

    /// <param name="gpu">The card, of which there may be several.</param>
    /// <param name="visible">The numbers of those that are seen, in order.</param>
    /// <param name="total">Memory of each, in bytes.</param>
    /// <param name="context">What a context takes of it, in bytes.</param>
    /// <exception cref="VirtualGpuException">The system has no addresses for them.</exception>
    public Rack(GpuModel gpu, IReadOnlyList<int> visible, long total, long context)
    {
        Count = visible.Count;
        devices = Count > 0
            ? [.. visible.Select((number, i) => new VirtualDevice(i, number, gpu, total, context))]
            // Whatever is asked of none finds one without memory.
            : [new(0, 0, gpu, 0, 0)];
        Memory = new(devices);
    }

    public int Count { get; }

    public VirtualMemory Memory { get; }

    public ObjectTable Objects { get; } = new();

    public HostBlocks Host { get; } = new();

    public VirtualDevice this[int device] => devices[device];

    /// <summary>True for the number of a visible device.</summary>
    public bool Has(int device) => device >= 0 && device < Count;

    public void Dispose()
    {
        Memory.Dispose();
        Objects.Dispose();
        Host.Dispose();
        foreach (var device in devices)
            device.Dispose();
    }
}
