using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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
/// <param name="Device">The file system's device.</param>
/// <param name="Number">Its number there.</param>
internal readonly partial record struct Inode(InodeKind Kind, UnixFileMode Mode, ulong Device, ulong Number)
{
    private const int WorkingFolder = -100, NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;

    /// <summary>What it is, for messages: 'device'.</summary>
    public string Word => Kind switch
    {
        InodeKind.CharacterDevice or InodeKind.BlockDevice => "device",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>True if both are one file, whatever its paths.</summary>
    public bool Is(Inode? other) => other is { } same && Device == same.Device && Number == same.Number;

    /// <summary>What the path leads to, links followed; null if there is nothing, or it cannot be known.</summary>
    public static Inode? At(string path) => Of(WorkingFolder, path, 0);

    /// <summary>What the path itself names, if it is a link, the link.</summary>
    public static Inode? OfLink(string path) => Of(WorkingFolder, path, NoFollow);

    public static Inode? Of(SafeFileHandle file) => Of((int)file.DangerousGetHandle(), "", EmptyPath);

    private static Inode? Of(int folder, string path, int flags)
    {
        Span<byte> found = stackalloc byte[256];
        if (Statx(folder, path, flags, BasicStats, ref MemoryMarshal.GetReference(found)) != 0)
            return null;
        var mode = BitConverter.ToUInt16(found[28..]);
        return new((InodeKind)(mode & 0xF000), (UnixFileMode)(mode & 0x1FF), BitConverter.ToUInt64(found[136..]), BitConverter.ToUInt64(found[32..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);
}
