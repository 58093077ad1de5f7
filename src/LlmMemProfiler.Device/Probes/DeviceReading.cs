using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>One reading of the system's or the driver's counters. Unavailable values are null.</summary>
/// <param name="Used">Bytes used by this process: on a CPU its private pages, on a GPU what the driver counts.</param>
/// <param name="File">On a CPU, resident pages of files, such as libtorch's; the system takes them away at will. Null on a GPU.</param>
/// <param name="Reason">Why <paramref name="Used"/> is null.</param>
public readonly record struct DeviceReading(ByteSize? Used, ByteSize? File, string? Reason);

/// <summary>Reads a device's memory usage: the process's private pages, or a GPU's usage from its driver.</summary>
public interface IDeviceProbe : IDisposable
{
    /// <summary>Takes a reading; may be called from any thread.</summary>
    DeviceReading Read();
}
