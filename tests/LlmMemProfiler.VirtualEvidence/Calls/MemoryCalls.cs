using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualEvidence.Calls;

/// <summary>
/// Writes down each call for memory that libtorch makes, with its arguments and what came of it. Addresses are bytes above the first one that
/// was given, handles are numbered: so a sequence is the same in each process.
/// </summary>
internal static unsafe class MemoryCalls
{
    private const string Runtime = "libcudart.so.12", Driver = "libcuda.so.1";

    private static readonly List<string> Seen = [];
    private static readonly List<long> Taken = [];
    private static readonly Dictionary<nint, long> Live = [];
    private static readonly List<ulong> Handles = [];
    private static nint first;
    private static delegate* unmanaged<byte**, nuint, int> allocate;
    private static delegate* unmanaged<byte*, int> free;
    private static delegate* unmanaged<nuint*, nuint*, int> info;
    private static delegate* unmanaged<byte*, int, nuint, void*, int> fill;
    private static delegate* unmanaged<byte**, nuint, nuint, byte*, ulong, int> reserve;
    private static delegate* unmanaged<byte*, nuint, int> unreserve;
    private static delegate* unmanaged<ulong*, nuint, int*, ulong, int> create;
    private static delegate* unmanaged<ulong, int> release;
    private static delegate* unmanaged<byte*, nuint, nuint, ulong, ulong, int> map;
    private static delegate* unmanaged<byte*, nuint, int> unmap;
    private static delegate* unmanaged<byte*, nuint, void*, nuint, int> access;

    /// <summary>One line a call.</summary>
    public static IReadOnlyList<string> Lines => Seen;

    /// <summary>Bytes that cudaMalloc gave, and, negative, that cudaFree took back.</summary>
    public static IReadOnlyList<long> Sizes => Taken;

    /// <summary>Begins; libtorch is loaded, and no memory was asked for.</summary>
    public static void Record()
    {
        allocate = (delegate* unmanaged<byte**, nuint, int>)Interposition.Put(Runtime, "cudaMalloc", (nint)(delegate* unmanaged<byte**, nuint, int>)&Allocate);
        free = (delegate* unmanaged<byte*, int>)Interposition.Put(Runtime, "cudaFree", (nint)(delegate* unmanaged<byte*, int>)&Free);
        info = (delegate* unmanaged<nuint*, nuint*, int>)Interposition.Put(Runtime, "cudaMemGetInfo", (nint)(delegate* unmanaged<nuint*, nuint*, int>)&Info);
        fill = (delegate* unmanaged<byte*, int, nuint, void*, int>)Interposition.Put(Runtime, "cudaMemsetAsync", (nint)(delegate* unmanaged<byte*, int, nuint, void*, int>)&Fill);
        reserve = (delegate* unmanaged<byte**, nuint, nuint, byte*, ulong, int>)Interposition.Put(Driver, "cuMemAddressReserve", (nint)(delegate* unmanaged<byte**, nuint, nuint, byte*, ulong, int>)&Reserve);
        unreserve = (delegate* unmanaged<byte*, nuint, int>)Interposition.Put(Driver, "cuMemAddressFree", (nint)(delegate* unmanaged<byte*, nuint, int>)&Unreserve);
        create = (delegate* unmanaged<ulong*, nuint, int*, ulong, int>)Interposition.Put(Driver, "cuMemCreate", (nint)(delegate* unmanaged<ulong*, nuint, int*, ulong, int>)&Create);
        release = (delegate* unmanaged<ulong, int>)Interposition.Put(Driver, "cuMemRelease", (nint)(delegate* unmanaged<ulong, int>)&Release);
        map = (delegate* unmanaged<byte*, nuint, nuint, ulong, ulong, int>)Interposition.Put(Driver, "cuMemMap", (nint)(delegate* unmanaged<byte*, nuint, nuint, ulong, ulong, int>)&Map);
        unmap = (delegate* unmanaged<byte*, nuint, int>)Interposition.Put(Driver, "cuMemUnmap", (nint)(delegate* unmanaged<byte*, nuint, int>)&Unmap);
        access = (delegate* unmanaged<byte*, nuint, void*, nuint, int>)Interposition.Put(Driver, "cuMemSetAccess", (nint)(delegate* unmanaged<byte*, nuint, void*, nuint, int>)&Access);
    }

    /// <summary>What is left is written down too.</summary>
    public static void AskForFree()
    {
        nuint room, total;
        _ = ((delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(NativeLibrary.Load(Runtime), "cudaMemGetInfo"))(&room, &total);
    }

    private static void Note(string call, int code, params object[] arguments) =>
        Seen.Add(string.Create(CultureInfo.InvariantCulture, $"{call} {string.Join(' ', arguments)}{(arguments.Length > 0 ? " " : "")}= {code}"));

    private static string At(byte* at)
    {
        if (at is null)
            return "null";
        if (first == 0)
            first = (nint)at;
        return ((nint)at - first).ToString(CultureInfo.InvariantCulture);
    }

    private static string Handle(ulong handle) => Handles.IndexOf(handle) is var number && number >= 0 ? $"#{number}" : "#?";

    [UnmanagedCallersOnly]
    private static int Allocate(byte** at, nuint bytes)
    {
        var code = allocate(at, bytes);
        Note("cudaMalloc", code, bytes, At(code == 0 ? *at : null));
        if (code == 0 && *at is not null)
        {
            Live[(nint)(*at)] = (long)bytes;
            Taken.Add((long)bytes);
        }
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Free(byte* at)
    {
        var place = At(at);
        var code = free(at);
        Note("cudaFree", code, place);
        if (Live.Remove((nint)at, out var bytes))
            Taken.Add(-bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Info(nuint* room, nuint* total)
    {
        var code = info(room, total);
        Note("cudaMemGetInfo", code, *room, *total);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Fill(byte* at, int value, nuint bytes, void* stream)
    {
        var code = fill(at, value, bytes, stream);
        Note("cudaMemsetAsync", code, At(at), value, bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Reserve(byte** at, nuint bytes, nuint alignment, byte* wanted, ulong flags)
    {
        var code = reserve(at, bytes, alignment, wanted, flags);
        Note("cuMemAddressReserve", code, bytes, At(code == 0 ? *at : null));
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Unreserve(byte* at, nuint bytes)
    {
        var code = unreserve(at, bytes);
        Note("cuMemAddressFree", code, At(at), bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Create(ulong* handle, nuint bytes, int* properties, ulong flags)
    {
        var code = create(handle, bytes, properties, flags);
        if (code == 0)
            Handles.Add(*handle);
        Note("cuMemCreate", code, bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Release(ulong handle)
    {
        var code = release(handle);
        Note("cuMemRelease", code, Handle(handle));
        // A number may be given again.
        if (Handles.IndexOf(handle) is var number && number >= 0)
            Handles[number] = 0;
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Map(byte* at, nuint bytes, nuint offset, ulong handle, ulong flags)
    {
        var code = map(at, bytes, offset, handle, flags);
        Note("cuMemMap", code, At(at), bytes, offset, Handle(handle));
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Unmap(byte* at, nuint bytes)
    {
        var code = unmap(at, bytes);
        Note("cuMemUnmap", code, At(at), bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int Access(byte* at, nuint bytes, void* accesses, nuint count)
    {
        var code = access(at, bytes, accesses, count);
        Note("cuMemSetAccess", code, At(at), bytes);
        return code;
    }
}
