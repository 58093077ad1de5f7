using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Bytes the C library's allocator, which serves libtorch's CPU tensors, has reserved from the system: its heaps and its
/// individually mapped blocks. It caches most freed memory, in holes between live blocks.
/// </summary>
/// <remarks>mallinfo(3): arena, hblkhd and fordblks of mallinfo2, in glibc since 2.33.</remarks>
public static partial class CLibraryHeap
{
    /// <summary>What it holds now; null if the C library does not report it.</summary>
    public static HeapReading? Read()
    {
        try
        {
            var info = ReadInfo();
            return new(new(Reserved(info)), new(unchecked((long)info.FreeBytes)));
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The bytes reserved now, once <see cref="Read"/> has returned a value; then it neither allocates nor throws.</summary>
    internal static long ReservedBytes() => Reserved(ReadInfo());

    private static long Reserved(Info info) => unchecked((long)(info.Arena + info.MappedBytes));

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

        /// <summary>fordblks: free bytes of all heaps.</summary>
        public readonly nuint FreeBytes;

        private readonly nuint topBytes;
    }
}

/// <summary>What the C library's allocator holds at one moment.</summary>
/// <param name="Reserved">From the system, in all.</param>
/// <param name="Free">Of that, free bytes of its heaps, from which blocks may be served without reserving more.</param>
public readonly record struct HeapReading(ByteSize Reserved, ByteSize Free);
