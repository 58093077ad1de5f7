using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// The second channel: CUDA's caching allocator asked for its own statistics, through its table of virtual functions. It is
/// believed where its name is the known one and its numbers are possible; the hook's totals are held to it.
/// </summary>
/// <remarks>
/// Laid out by the Itanium C++ ABI: <c>c10::Allocator</c> (c10/core/Allocator.h) has six entries, two of them destructors; behind
/// them stand those of <c>c10::DeviceAllocator</c> (c10/core/CachingDeviceAllocator.h): initialized, emptyCache, recordStream,
/// getDeviceStats, resetAccumulatedStats, resetPeakStats, in this order in 2.10's binaries and in the sources that were read.
/// <c>DeviceStats</c>, in the same file, begins with nine arrays of 96 bytes: {current, peak, allocated, freed} for all, the small and
/// the large pool. Not seen on a GPU.
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
    // The structure has 976 bytes; a later one may have grown.
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
    /// <param name="device">Number of the GPU, one that CUDA knows.</param>
    /// <param name="reason">Why it cannot be asked, where the result is null.</param>
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
    /// <param name="device">Number of the GPU.</param>
    /// <param name="reason">Why it cannot be asked, where the result is null.</param>
    internal static DeviceAllocator? TryOpen(nint allocator, int device, out string? reason)
    {
        var name = allocator == 0 ? "" : NameOf(allocator);
        if (!name.EndsWith(KnownName, StringComparison.Ordinal))
        {
            reason = allocator == 0 ? "libtorch has no allocator for CUDA" : $"the allocator is another one ({name}); its statistics are not known here";
            return null;
        }
        var statistics = new DeviceAllocator(allocator, device);
        // Asked before, it throws, and a C++ exception ends a .NET process.
        reason = ((delegate* unmanaged[Cdecl]<nint, byte>)statistics.Slot(Initialized))(allocator) == 0
            ? "nothing was allocated on a GPU yet"
            : statistics.Inconsistency();
        return reason is null ? statistics : null;
    }

    public AllocatorTotals Read()
    {
        var stats = Copy();
        return new(new(Number(stats, RequestedAt)), new(Number(stats, AllocatedAt)), new(Number(stats, ReservedAt)));
    }

    /// <summary>What shows that the structure is not laid out as expected; null where all is possible.</summary>
    private string? Inconsistency()
    {
        var stats = Copy();
        var (requested, allocated, reserved) = (Number(stats, RequestedAt), Number(stats, AllocatedAt), Number(stats, ReservedAt));
        return requested >= 0 && requested <= allocated && allocated <= reserved &&
            reserved <= Number(stats, ReservedAt + 8) && allocated <= Number(stats, AllocatedAt + 8) &&
            Number(stats, RetriesAt) >= 0 && Number(stats, OutOfMemoryAt) >= 0
            ? null
            : $"its statistics are impossible (requested {requested}, allocated {allocated}, reserved {reserved}): this libtorch lays them out otherwise";
    }

    private byte[] Copy()
    {
        var stats = new byte[BufferBytes];
        // A structure of this size is returned through a hidden first pointer.
        fixed (byte* first = stats)
            ((delegate* unmanaged[Cdecl]<byte*, nint, sbyte, byte*>)Slot(GetDeviceStats))(first, allocator, device);
        return stats;
    }

    private nint Slot(int offset) => *(nint*)(*(nint*)allocator + offset);

    /// <summary>The mangled name of an object's class, which stands in its type information before the table.</summary>
    private static string NameOf(nint instance)
    {
        var typeInfo = *(nint*)(*(nint*)instance - sizeof(nint));
        return typeInfo == 0
            ? "without type information"
            : Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)(typeInfo + sizeof(nint))));
    }

    private static long Number(ReadOnlySpan<byte> stats, int at) => BinaryPrimitives.ReadInt64LittleEndian(stats[at..]);
}
