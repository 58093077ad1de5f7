using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// What the C library's allocator, which lies under libtorch's CPU tensors, has from the system: the segments that its heaps grew
/// to and the blocks mapped one by one. It keeps most of what is freed, in holes between blocks that live on.
/// </summary>
/// <remarks>mallinfo(3): arena and hblkhd of mallinfo2, which glibc has since 2.33.</remarks>
public static partial class CLibraryHeap
{
    /// <summary>The bytes held now; null where the C library does not tell.</summary>
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

    /// <summary>As <see cref="Reserved"/>, where that has told before; neither allocates nor throws then.</summary>
    internal static long ReservedBytes()
    {
        var info = ReadInfo();
        return unchecked((long)(info.Arena + info.MappedBytes));
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Info ReadInfo();

    /// <summary>struct mallinfo2 of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Info
    {
        /// <summary>arena: bytes of all heaps, in use or free.</summary>
        public readonly nuint Arena;

        private readonly nuint freeChunks;
        private readonly nuint fastChunks;
        private readonly nuint mappedBlocks;

        /// <summary>hblkhd: bytes of blocks that are mapped one by one.</summary>
        public readonly nuint MappedBytes;

        private readonly nuint unused;
        private readonly nuint fastBytes;
        private readonly nuint usedBytes;
        private readonly nuint freeBytes;
        private readonly nuint topBytes;
    }
}
