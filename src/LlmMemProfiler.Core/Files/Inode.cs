using System.Runtime.InteropServices;

namespace LlmMemProfiler.Core.Files;

/// <summary>What a path leads to; values are <c>S_IFMT</c>'s, inode(7).</summary>
internal enum InodeKind
{
    Pipe = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    File = 0x8000,
    Link = 0xA000,
    Socket = 0xC000,
}

/// <summary>What a path leads to, which .NET doesn't tell: statx(2), whose layout is one for all processors.</summary>
/// <param name="Kind">File, folder, pipe…</param>
/// <param name="Mode">Who may read and write it.</param>
internal readonly partial record struct Inode(InodeKind Kind, UnixFileMode Mode)
{
    private const int WorkingFolder = -100, NoFollow = 0x100;
    private const uint BasicStats = 0x7FF;

    /// <summary>What the path leads to, links followed; null if there is nothing, or it cannot be known.</summary>
    public static Inode? At(string path) => Of(path, 0);

    /// <summary>What the path itself names, if it is a link, the link.</summary>
    public static Inode? OfLink(string path) => Of(path, NoFollow);

    private static Inode? Of(string path, int flags)
    {
        Span<byte> found = stackalloc byte[256];
        if (Statx(WorkingFolder, path, flags, BasicStats, ref MemoryMarshal.GetReference(found)) != 0)
            return null;
        var mode = BitConverter.ToUInt16(found[28..]);
        return new((InodeKind)(mode & 0xF000), (UnixFileMode)(mode & 0x1FF));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);
}
