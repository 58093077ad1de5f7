using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.Compute;

/// <summary>The environment that native libraries and started programs see. .NET keeps its own copy, so both are set.</summary>
public static partial class ProcessEnvironment
{
    /// <exception cref="DeviceException">setenv fails.</exception>
    public static void Set(string name, string value)
    {
        if (SetInLibC(name, value, overwrite: 1) != 0)
        {
            throw new DeviceException(
                $"setenv {name} failed ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}); set it before starting llmmem");
        }
        Environment.SetEnvironmentVariable(name, value);
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInLibC(string name, string value, int overwrite);
}
