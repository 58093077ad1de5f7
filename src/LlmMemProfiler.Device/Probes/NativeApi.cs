using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// A C library that may be missing, called through function pointers, so that its absence is a value with a reason and tests
/// can use another file.
/// </summary>
internal sealed class NativeApi
{
    private readonly nint handle;

    private NativeApi(nint handle, string name)
    {
        this.handle = handle;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Loads a library by name or path and binds it.</summary>
    /// <param name="name">For example 'libcuda.so.1'; containers often lack the unversioned names.</param>
    /// <param name="open">Creates the binding; a <see cref="DeviceException"/> means that it is unavailable.</param>
    /// <param name="reason">Why it is unavailable, if the result is null.</param>
    public static T? TryOpen<T>(string name, Func<NativeApi, T> open, out string? reason)
        where T : class
    {
        reason = null;
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            reason = $"{name} not found: no NVIDIA driver is installed, or the container was started without it";
            return null;
        }
        try
        {
            return open(new(handle, name));
        }
        catch (DeviceException e)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>The address of the first of these functions that the library exports.</summary>
    /// <exception cref="DeviceException">It exports none of them.</exception>
    public nint Export(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryGetExport(handle, name, out var address))
                return address;
        }
        throw new DeviceException($"{Name} has no {names[0]}; install a newer NVIDIA driver");
    }

    /// <summary>The address of a function, or 0 if the library lacks it.</summary>
    public nint ExportOrNull(string name) => NativeLibrary.TryGetExport(handle, name, out var address) ? address : 0;
}
