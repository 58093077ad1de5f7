namespace LlmMemProfiler.Core.Files;

/// <summary>A small input file of a few kilobytes, read into memory; much larger files are refused.</summary>
public static class SmallFile
{
    private const int Usual = 1 << 20;

    /// <summary>The bytes of a file, without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should be, for example 'plan'.</param>
    /// <param name="largest">The most bytes it may have.</param>
    /// <exception cref="InputException">It cannot be read, is too large, or is not in UTF-8.</exception>
    public static ReadOnlyMemory<byte> Read(string path, string what, int largest = Usual)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Bounded(file, path, what, largest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a readable {what}", e);
        }
    }

    /// <summary>Devices and pipes don't report a length.</summary>
    private static ReadOnlyMemory<byte> Bounded(FileStream file, string path, string what, int largest)
    {
        var bytes = new MemoryStream();
        var chunk = new byte[8192];
        for (int read; (read = file.Read(chunk)) > 0;)
        {
            if (bytes.Length + read > largest)
                throw new InputException($"{path}: larger than {largest} bytes; expected a {what}, which is smaller");
            bytes.Write(chunk, 0, read);
        }
        var all = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        return Utf8Text.OtherEncoding(all.Span) is { } other
            ? throw new InputException($"{path}: encoded in {other}; expected a {what} in UTF-8")
            : Utf8Text.WithoutMark(all);
    }
}
