using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// A C library that may be absent, and whose functions are called through pointers, so that absence is a value with a reason
/// and a test can give another file.
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

    /// <summary>Loads a library by name or path, and opens it.</summary>
    /// <param name="name">For example 'libcuda.so.1'; containers often lack the unversioned names.</param>
    /// <param name="open">Makes the binding; a <see cref="DeviceException"/> means that there is none.</param>
    /// <param name="reason">Why there is none, where the result is null.</param>
    public static T? TryOpen<T>(string name, Func<NativeApi, T> open, out string? reason)
        where T : class
    {
        reason = null;
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            reason = $"{name} is not on this machine: no NVIDIA driver is installed, or the container was started without it";
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

    /// <summary>The address of the first of these functions that the library has.</summary>
    /// <exception cref="DeviceException">It has none of them.</exception>
    public nint Export(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryGetExport(handle, name, out var address))
                return address;
        }
        throw new DeviceException($"{Name} lacks {names[0]}; a newer NVIDIA driver is needed");
    }

    /// <summary>The address of a function, or 0 where the library lacks it.</summary>
    public nint ExportOrNull(string name) => NativeLibrary.TryGetExport(handle, name, out var address) ? address : 0;
}
