namespace LlmMemProfiler.Core.Files;

/// <summary>
/// A file that gets its name only when complete and flushed to disk; until then any previous file stays.
/// It is written next to its destination under an unpredictable temporary name.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string path;
    private readonly string part;

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public AtomicFile(string path)
    {
        this.path = path;
        part = $"{path}.{Path.GetRandomFileName()[..8]}.part";
        // Unbuffered: a failed write must not be retried on close.
        Stream = new(part, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Receives the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a complete file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(bytes);
        file.Complete();
    }

    /// <summary>Call after the last byte: flushes the file to disk and renames it into place.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(part, path, overwrite: true);
    }

    /// <summary>Without <see cref="Complete"/>, leaves no file behind.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(part);
    }
}
