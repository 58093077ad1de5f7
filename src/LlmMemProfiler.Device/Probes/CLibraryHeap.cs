using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Bytes the C library's allocator, which serves libtorch's CPU tensors, has reserved from the system: its heaps and its
/// individually mapped blocks. It caches most freed memory, in holes between live blocks.
/// </summary>
/// <remarks>mallinfo(3): arena and hblkhd of mallinfo2, in glibc since 2.33.</remarks>
public static partial class CLibraryHeap
{
    /// <summary>The bytes reserved now; null if the C library does not report them.</summary>
    public static ByteSize? Reserved()
    {
        try
        {
            return new(ReservedBytes());
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives what is free back to the system, so that what is resident is in use; does nothing without a C library that can.</summary>
    public static void Trim()
    {
        try
        {
            _ = TrimHeaps(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has none, and keeps little.
        }
    }

    /// <summary>As <see cref="Reserved"/>, once that has returned a value; then it neither allocates nor throws.</summary>
    internal static long ReservedBytes()
    {
        var info = ReadInfo();
        return unchecked((long)(info.Arena + info.MappedBytes));
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeaps(nuint padding);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Info ReadInfo();

    /// <summary>struct mallinfo2 of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Info
    {
        /// <summary>arena: bytes of all heaps, used or free.</summary>
        public readonly nuint Arena;

        private readonly nuint freeChunks;
        private readonly nuint fastChunks;
        private readonly nuint mappedBlocks;

        /// <summary>hblkhd: bytes of individually mapped blocks.</summary>
        public readonly nuint MappedBytes;

        private readonly nuint unused;
        private readonly nuint fastBytes;
        private readonly nuint usedBytes;

        private readonly nuint freeBytes;

        private readonly nuint topBytes;
    }
}
