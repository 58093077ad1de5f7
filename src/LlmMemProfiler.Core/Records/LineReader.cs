using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>Reads a stream line by line as bytes; memory is bounded by the longest line.</summary>
/// <param name="stream">Read from its current position; not disposed.</param>
/// <param name="longest">Maximum bytes per line.</param>
public sealed class LineReader(Stream stream, int longest)
{
    private byte[] buffer = new byte[1 << 16];
    private int start, end;
    private bool isBegun, isDrained;
    private long left = long.MaxValue;

    /// <summary>Number of the last line read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True if the last line read ended with a line feed; only a file's last line may lack one.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Bytes that the stream may have in all; more are an error.</summary>
    public long Most { init => left = value; }

    /// <summary>True to pass over a line that is too long, giving it as an empty one; otherwise it is an error.</summary>
    public bool SkipsTooLong { get; init; }

    /// <summary>True if the last line was passed over.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The next line without its line feed or byte order mark, valid until the next call.</summary>
    /// <param name="line">The line's bytes.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The line or the stream is too long, or it is not in UTF-8.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        if (!isBegun)
            Begin();
        IsTooLong = false;
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
                return line.Length > 0 || IsTooLong;
            }
            if (end - start > longest)
            {
                PassOver();
                searched = start;
            }
            searched -= MakeRoom();
            Fill();
        }
    }

    private void Begin()
    {
        isBegun = true;
        while (end < Utf8Text.DecidingBytes && !isDrained)
            Fill();
        if (Utf8Text.OtherEncoding(buffer.AsSpan(0, end)) is { } other)
            throw new InvalidDataException($"encoded in {other}, not in UTF-8");
    }

    private void Fill()
    {
        var count = stream.Read(buffer, end, buffer.Length - end);
        isDrained = count == 0;
        end += count;
        left -= count;
        if (left < 0)
            throw new InvalidDataException("unpacks to more than a results file has");
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > longest)
            PassOver();
        Number += length > 0 || IsTooLong || !isDrained ? 1 : 0;
        // Not only the first: files may have been joined.
        return IsTooLong ? default : Utf8Text.WithoutMark(buffer.AsMemory(start, length));
    }

    /// <summary>Forgets what was read of a line that is too long; the rest of it is read and forgotten too.</summary>
    private void PassOver()
    {
        if (!SkipsTooLong)
            throw new InvalidDataException($"line {Number + 1} has more than {longest:N0} bytes");
        IsTooLong = true;
        start = end;
    }

    /// <summary>Moves the partial line to the front, and doubles the buffer if full.</summary>
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
