namespace LlmMemProfiler.Core.Files;

/// <summary>
/// The one way to write a file. It gets its name only when complete and flushed to disk; until then an earlier file of that name
/// stays, also where the work fails. Until then it has no name at all, so that nothing is left where the process is killed; where a file
/// system has no such files, an unpredictable one next to its destination that nothing may have before. A link's destination is replaced, not the link. Stdout ('-', '/dev/stdout') and named pipes, which have no earlier content, are
/// written straight; other devices and sockets are refused.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private static readonly string[] Stdout = ["-", "/dev/stdout"];

    private readonly string target;
    private readonly string? part;
    private readonly bool isUnnamed;

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    /// <exception cref="ArgumentException">It is not a path.</exception>
    public OutputFile(string path)
    {
        Path = target = path;
        if (IsStdout(path))
        {
            Stream = new StandardOutputStream();
            return;
        }
        target = System.IO.Path.GetFullPath(path);
        var there = Inode.At(target);
        switch (there?.Kind)
        {
            case null or InodeKind.File:
                if (Inode.OfLink(target)?.Kind == InodeKind.Link)
                    target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
                part = $"{target}.{System.IO.Path.GetRandomFileName()[..8]}.part";
                Stream = Create(part, target, there?.Mode, out isUnnamed);
                break;
            case InodeKind.Pipe:
                Stream = new DiskFile(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                break;
            default:
                throw new IOException($"{target} is a {there.Value.Word}, not a file");
        }
    }

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>Receives the content.</summary>
    public Stream Stream { get; }

    /// <summary>True if the path stands for this process's output.</summary>
    public static bool IsStdout(string? path) => Stdout.Contains(path);

    /// <summary>Writes a complete file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new OutputFile(path);
        file.Stream.Write(bytes);
        file.Complete();
    }

    /// <summary>Tries whether a file could be written there, to fail before the long work. Changes nothing.</summary>
    /// <inheritdoc cref="OutputFile(string)" path="/exception"/>
    public static void Try(string path)
    {
        // A reader of a pipe would take the end of this for the end of the file.
        if (!IsStdout(path) && Inode.At(path)?.Kind != InodeKind.Pipe)
            new OutputFile(path).Dispose();
    }

    /// <summary>Call after the last byte: flushes the file to disk and renames it into place.</summary>
    public void Complete()
    {
        if (part is null)
        {
            Stream.Flush();
            Stream.Dispose();
            return;
        }
        var file = (FileStream)Stream;
        file.Flush(flushToDisk: true);
        // No name can be given that another file has, so the two that follow are the only moment at which a leftover is possible.
        if (isUnnamed)
            UnnamedFile.Name(file.SafeFileHandle, part);
        Stream.Dispose();
        File.Move(part, target, overwrite: true);
    }

    /// <summary>Without <see cref="Complete"/>, leaves no file behind.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (part is not null)
            File.Delete(part);
    }

    /// <param name="part">The temporary name.</param>
    /// <param name="target">What the user knows it by.</param>
    /// <param name="mode">Who may read and write the earlier file; null if there is none.</param>
    /// <param name="isUnnamed">True if the file does not have the temporary name yet.</param>
    private static DiskFile Create(string part, string target, UnixFileMode? mode, out bool isUnnamed)
    {
        try
        {
            var unnamed = UnnamedFile.Create(System.IO.Path.GetDirectoryName(target)!);
            isUnnamed = unnamed is not null;
            // Exclusive creation follows no link.
            var stream = unnamed is null ? new DiskFile(part, FileMode.CreateNew, FileAccess.Write, FileShare.Read) : new DiskFile(unnamed);
            if (mode is { } earlier && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(stream.SafeFileHandle, earlier);
            return stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(e.Message.Replace(part, target, StringComparison.Ordinal), e);
        }
    }
}
