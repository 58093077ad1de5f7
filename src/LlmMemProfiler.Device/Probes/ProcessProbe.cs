namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// The private pages of this process (RssAnon and RssShmem), and beside them its pages of files, which come and go with the system's
/// page cache and are no use of memory by the model.
/// </summary>
public sealed class ProcessProbe : IDeviceProbe
{
    public DeviceReading Read() => ProcessStatus.TryRead(out var pages)
        ? new(new(pages.Private), new(pages.File), null)
        : new(null, null, $"{ProcessStatus.File} has no readable RssAnon, RssFile and RssShmem lines");

    public void Dispose() { }
}
