using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>What the system or the driver counts at one moment. What it does not tell is null, with the reason.</summary>
/// <param name="Used">Bytes of this process.</param>
/// <param name="Peak">The most that this process ever used, where the system keeps that.</param>
/// <param name="Reason">Why <paramref name="Used"/> is null.</param>
public readonly record struct DeviceReading(ByteSize? Used, ByteSize? Peak, string? Reason);

/// <summary>Reads a device's level: of the process's resident set, or of a GPU by its driver.</summary>
public interface IDeviceProbe : IDisposable
{
    /// <summary>Reads it now; may be called from any thread.</summary>
    DeviceReading Read();
}
