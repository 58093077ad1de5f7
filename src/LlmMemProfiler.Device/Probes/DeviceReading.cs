using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>One reading of the system's or the driver's counters. Unavailable values are null.</summary>
/// <param name="Used">Bytes used by this process.</param>
/// <param name="Peak">This process's peak, if the system keeps one.</param>
/// <param name="Reason">Why <paramref name="Used"/> is null.</param>
public readonly record struct DeviceReading(ByteSize? Used, ByteSize? Peak, string? Reason);

/// <summary>Reads a device's memory usage: the process's resident set, or a GPU's usage from its driver.</summary>
public interface IDeviceProbe : IDisposable
{
    /// <summary>Takes a reading; may be called from any thread.</summary>
    DeviceReading Read();
}
