using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// A second source: the statistics of CUDA's caching allocator, read through its vtable. They are trusted if the allocator's
/// name is known and the numbers are consistent; the hook's totals are checked against them.
/// </summary>
/// <remarks>
/// Layout by the Itanium C++ ABI: <c>c10::Allocator</c> (c10/core/Allocator.h) has six entries, two of them destructors, followed
/// by those of <c>c10::DeviceAllocator</c> (c10/core/CachingDeviceAllocator.h): initialized, emptyCache, recordStream,
/// getDeviceStats, resetAccumulatedStats, resetPeakStats, in this order in 2.10's binaries and sources.
/// <c>DeviceStats</c>, in the same file, begins with nine arrays of 96 bytes: {current, peak, allocated, freed} for all, the small and
/// the large pool. Untested on a GPU.
/// </remarks>
public sealed unsafe class DeviceAllocator
{
    private const string GetAllocator = "_ZN3c1012GetAllocatorERKNS_10DeviceTypeE";
    private const string KnownName = "NativeCachingAllocatorE";
    private const sbyte Cuda = 1;

    private const int Initialized = 0x30;
    private const int GetDeviceStats = 0x48;

    private const int AllocatedAt = 384;
    private const int ReservedAt = 480;
    private const int RequestedAt = 768;
    private const int RetriesAt = 864;
    private const int OutOfMemoryAt = 872;
    // The struct has 976 bytes; later versions may be larger.
    private const int BufferBytes = 4096;

    private readonly nint allocator;
    private readonly sbyte device;

    private DeviceAllocator(nint allocator, int device)
    {
        this.allocator = allocator;
        this.device = checked((sbyte)device);
    }

    /// <summary>Finds the allocator of a GPU.</summary>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="device">CUDA index of an existing GPU.</param>
    /// <param name="reason">Why the statistics are unavailable, if the result is null.</param>
    public static DeviceAllocator? TryOpen(LibTorchLibrary library, int device, out string? reason)
    {
        if (library.CoreExport(GetAllocator) is not (not 0 and var get))
        {
            reason = "this libtorch does not export c10::GetAllocator";
            return null;
        }
        var type = Cuda;
        return TryOpen(((delegate* unmanaged[Cdecl]<sbyte*, nint>)get)(&type), device, out reason);
    }

    /// <param name="allocator">A <c>c10::Allocator</c>.</param>
    /// <param name="device">CUDA index of the GPU.</param>
    /// <param name="reason">Why the statistics are unavailable, if the result is null.</param>
    internal static DeviceAllocator? TryOpen(nint allocator, int device, out string? reason)
    {
        var name = allocator == 0 ? "" : NameOf(allocator);
        if (!name.EndsWith(KnownName, StringComparison.Ordinal))
        {
            reason = allocator == 0 ? "libtorch has no allocator for CUDA" : $"unknown allocator {name}; its statistics cannot be read";
            return null;
        }
        var statistics = new DeviceAllocator(allocator, device);
        // Before initialization it throws, and a C++ exception kills a .NET process.
        reason = ((delegate* unmanaged[Cdecl]<nint, byte>)statistics.Slot(Initialized))(allocator) == 0
            ? "nothing has been allocated on a GPU yet"
            : statistics.Inconsistency();
        return reason is null ? statistics : null;
    }

    public AllocatorTotals Read()
    {
        var stats = Copy();
        return new(new(Number(stats, RequestedAt)), new(Number(stats, AllocatedAt)), new(Number(stats, ReservedAt)));
    }

    /// <summary>Evidence that the struct is not laid out as expected; null if the numbers are consistent.</summary>
    private string? Inconsistency()
    {
        var stats = Copy();
        var (requested, allocated, reserved) = (Number(stats, RequestedAt), Number(stats, AllocatedAt), Number(stats, ReservedAt));
        return requested >= 0 && requested <= allocated && allocated <= reserved &&
            reserved <= Number(stats, ReservedAt + 8) && allocated <= Number(stats, AllocatedAt + 8) &&
            Number(stats, RetriesAt) >= 0 && Number(stats, OutOfMemoryAt) >= 0
            ? null
            : $"inconsistent statistics (requested {requested}, allocated {allocated}, reserved {reserved}): this libtorch uses another layout";
    }

    private byte[] Copy()
    {
        var stats = new byte[BufferBytes];
        // A struct of this size is returned through a hidden first pointer.
        fixed (byte* first = stats)
            ((delegate* unmanaged[Cdecl]<byte*, nint, sbyte, byte*>)Slot(GetDeviceStats))(first, allocator, device);
        return stats;
    }

    private nint Slot(int offset) => *(nint*)(*(nint*)allocator + offset);

    /// <summary>The mangled name of an object's class, from the type information ahead of its vtable.</summary>
    private static string NameOf(nint instance)
    {
        var typeInfo = *(nint*)(*(nint*)instance - sizeof(nint));
        return typeInfo == 0
            ? "without type information"
            : Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)(typeInfo + sizeof(nint))));
    }

    private static long Number(ReadOnlySpan<byte> stats, int at) => BinaryPrimitives.ReadInt64LittleEndian(stats[at..]);
}
