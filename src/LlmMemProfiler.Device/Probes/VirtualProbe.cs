namespace LlmMemProfiler.Device.Probes;

/// <summary>A virtual GPU has no driver that counts memory: what is known of it are its allocations.</summary>
public sealed class VirtualProbe : IDeviceProbe
{
    public DeviceReading Read() => new(null, null, "a virtual GPU has no driver, and its kernels are not loaded");

    public void Dispose() { }
}
