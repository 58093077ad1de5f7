using System.Text;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The resident set of this process and its peak, from the kernel: <c>/proc/self/status</c>, VmRSS and VmHWM.</summary>
/// <remarks>proc_pid_status(5). The kernel updates its counters lazily, so a reading may lag by a few pages per processor.</remarks>
public sealed class ProcessProbe : IDeviceProbe
{
    private const string File = "/proc/self/status";

    public DeviceReading Read()
    {
        try
        {
            return Parse(System.IO.File.ReadAllText(File, Encoding.ASCII));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, null, $"{File} cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    public void Dispose() { }

    /// <summary>Reads the two lines from the file's text.</summary>
    internal static DeviceReading Parse(string status)
    {
        var used = ProcFile.KibibytesOf(status, "VmRSS");
        return new(used, ProcFile.KibibytesOf(status, "VmHWM"), used is null ? $"{File} has no readable VmRSS line" : null);
    }
}
