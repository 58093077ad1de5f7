using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Device.Probes;

/// <summary>temporary</summary>
public sealed class CudaProbe : IDeviceProbe
{
    private CudaProbe(DeviceFacts facts) => Facts = facts;

    public int Index { get; }

    public DeviceFacts Facts { get; }

    public static CudaProbe Open(DeviceChoice choice) => throw new DeviceException($"{choice}: not yet");

    public DeviceReading Read() => new(null, null, "not yet");

    public void Dispose() { }
}
