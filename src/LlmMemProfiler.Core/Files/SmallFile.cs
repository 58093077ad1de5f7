namespace LlmMemProfiler.Core.Files;

/// <summary>A file of a few kilobytes that comes from outside. It is read into memory, so one far larger is refused as some other file.</summary>
public static class SmallFile
{
    private const int LargestFile = 1 << 20;

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it must be, for example 'plan'.</param>
    /// <exception cref="InputException">It cannot be read, or is too large.</exception>
    public static ReadOnlyMemory<byte> Read(string path, string what)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Bounded(file, path, what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); a readable {what} is needed", e);
        }
    }

    /// <summary>A device or a pipe has no length to look at before.</summary>
    private static ReadOnlyMemory<byte> Bounded(FileStream file, string path, string what)
    {
        var bytes = new MemoryStream();
        var chunk = new byte[8192];
        for (int read; (read = file.Read(chunk)) > 0;)
        {
            if (bytes.Length + read > LargestFile)
                throw new InputException($"{path}: goes on after {LargestFile} bytes; a {what} is shorter");
            bytes.Write(chunk, 0, read);
        }
        // Some editors write UTF-8's byte order mark.
        var all = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        return all.Span.StartsWith("\uFEFF"u8) ? all[3..] : all;
    }
}
