using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: the driver's functions by name, in their newest form.</summary>
internal static unsafe class CudartEntryPoints
{
    private const int LongestName = 120;

    /// <summary>driver_types.h, <c>cudaDriverEntryPointSymbolNotFound</c>.</summary>
    private const int NotFound = 1;

    /// <summary>dlsym(3), with the driver's library.</summary>
    private static delegate* unmanaged<nint, byte*, void*> find;

    private static nint driver;

    /// <summary>Takes the driver's library, once it is loaded.</summary>
    /// <param name="library">Its handle.</param>
    public static void Use(nint library)
    {
        find = (delegate* unmanaged<nint, byte*, void*>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "dlsym");
        driver = library;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDriverEntryPoint")]
    private static int Find(byte* name, void** function, ulong flags, int* status) => FindNewest(name, function, status);

    [UnmanagedCallersOnly(EntryPoint = "cudaGetDriverEntryPointByVersion")]
    private static int FindByVersion(byte* name, void** function, uint version, ulong flags, int* status) => FindNewest(name, function, status);

    private static int FindNewest(byte* name, void** function, int* status)
    {
        if (Caller.IsNoPlace(name) || Caller.IsNoPlace(function))
            return Failed(CudaError.InvalidValue);
        var text = stackalloc byte[LongestName + 4];
        var length = 0;
        while (length < LongestName && name[length] != 0)
        {
            text[length] = name[length];
            length++;
        }
        // 'cuMemGetInfo' means 'cuMemGetInfo_v2'.
        *function = null;
        for (var version = 3; version >= 1 && *function is null; version--)
        {
            var end = text + length;
            if (version > 1)
                (end[0], end[1], end[2], end[3]) = ((byte)'_', (byte)'v', (byte)('0' + version), 0);
            else
                *end = 0;
            *function = find(driver, text);
        }
        if (!Caller.IsNoPlace(status))
            *status = *function is null ? NotFound : 0;
        return 0;
    }
}
