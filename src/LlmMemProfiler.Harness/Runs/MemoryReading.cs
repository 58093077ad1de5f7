using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A reading of the device, with this program's own memory in it.</summary>
/// <param name="Device">The system's or the driver's reading.</param>
/// <param name="Profiler">This program's share of it; null on a GPU, where it has none.</param>
internal readonly record struct MemoryReading(DeviceReading Device, ByteSize? Profiler)
{
    public ByteSize? Used => Device.Used;

    /// <summary>What the model and its runtime use: the reading without this program's own.</summary>
    public ByteSize? WithoutProfiler => Used - (Profiler ?? ByteSize.Zero);

    /// <summary>The one that uses more; a later one wins no tie.</summary>
    public static MemoryReading Highest(MemoryReading a, MemoryReading b) => b.Used is { } used && !(a.Used >= used) ? b : a;
}

/// <summary>Reads the device and this program's own memory.</summary>
/// <param name="probe">The device's probe.</param>
/// <param name="hook">The hook, whose buffers are this program's; null without one.</param>
/// <param name="isShared">True where the device's memory is the process's, so that this program's own is part of it.</param>
/// <param name="besides">What this program has taken beside .NET's heap and the hook's buffers, such as a tokenizer.</param>
internal sealed class MemoryReader(IDeviceProbe probe, AllocationHook? hook, bool isShared, ByteSize besides = default)
{
    public MemoryReading Read() => With(probe.Read());

    /// <summary>The highest reading inside steps, at the end of a peak of live bytes; null if there was none.</summary>
    public MemoryReading? Inside => hook?.Highest is { } highest ? With(highest) : null;

    private MemoryReading With(DeviceReading device) =>
        new(device, isShared ? new ByteSize(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes) + besides + (hook?.BufferBytes ?? ByteSize.Zero) : null);
}
