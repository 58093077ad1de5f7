namespace LlmMemProfiler.Core.Files;

/// <summary>
/// A file that gets its name when it is whole and on the disk; before that there is none of that name, or the one from before.
/// It is written beside its place, under a name that no other process takes or foresees.
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
        // No buffer: what could not be written must not be tried again when the file is closed.
        Stream = new(part, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file at once.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(bytes);
        file.Complete();
    }

    /// <summary>After the last byte: brings the file to the disk and gives it its name.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(part, path, overwrite: true);
    }

    /// <summary>Without <see cref="Complete"/> nothing is left behind.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(part);
    }
}
