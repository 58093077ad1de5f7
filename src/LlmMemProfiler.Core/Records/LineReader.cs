namespace LlmMemProfiler.Core.Records;

/// <summary>Lines of a stream as bytes, one at a time; only the longest line is ever held.</summary>
/// <param name="stream">Read from where it stands; not disposed.</param>
/// <param name="longest">Bytes that a line may have.</param>
public sealed class LineReader(Stream stream, int longest)
{
    private byte[] buffer = new byte[1 << 16];
    private int start, end;
    private bool isDrained;

    /// <summary>The number of the line read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True where the line read last ended with a line feed; only a file's last line may lack it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The next line without its line feed, valid until the next call.</summary>
    /// <param name="line">The line's bytes.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The line is longer than a line may be.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var searched = start;
        while (true)
        {
            var feed = Array.IndexOf(buffer, (byte)'\n', searched, end - searched);
            if (feed >= 0)
            {
                line = Take(feed - start);
                start = feed + 1;
                IsEnded = true;
                return true;
            }
            searched = end;
            if (isDrained)
            {
                line = Take(end - start);
                start = end;
                IsEnded = false;
                return line.Length > 0;
            }
            if (end - start > longest)
                throw new InvalidDataException($"line {Number + 1} has more than {longest:N0} bytes");
            searched -= MakeRoom();
            var count = stream.Read(buffer, end, buffer.Length - end);
            isDrained = count == 0;
            end += count;
        }
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > longest)
            throw new InvalidDataException($"line {Number + 1} has more than {longest:N0} bytes");
        Number += length > 0 || !isDrained ? 1 : 0;
        return buffer.AsMemory(start, length);
    }

    /// <summary>Moves the begun line to the front, and doubles the buffer where it fills it.</summary>
    /// <returns>How far the line moved.</returns>
    private int MakeRoom()
    {
        var moved = start;
        if (start > 0)
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
        (start, end) = (0, end - start);
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        return moved;
    }
}
