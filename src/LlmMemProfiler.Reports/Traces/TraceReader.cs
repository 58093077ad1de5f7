using System.IO.Compression;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>Reads a recorded stream of allocations back and refuses one that contradicts itself, with the line where it does.</summary>
public static class TraceReader
{
    private const int LongestLine = 1 << 16;

    /// <summary>Sends the events of one stream to a sink, in order.</summary>
    /// <param name="path">A file of <see cref="TraceFile"/>.</param>
    /// <param name="process">Which of its streams.</param>
    /// <param name="sink">Takes the events.</param>
    /// <returns>The number of events.</returns>
    /// <exception cref="InputException">
    /// The file cannot be read or ends early, events are missing, or a block is taken twice, freed twice or freed with another size.
    /// </exception>
    public static long Read(string path, TraceProcess process, IAllocationSink sink)
    {
        var live = new Dictionary<ulong, long>();
        var number = 0L;
        LineReader? lines = null;
        try
        {
            using var file = File.OpenRead(path);
            using var stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            lines = new(stream, LongestLine);
            var isEnded = false;
            while (lines.TryRead(out var text))
            {
                isEnded = text.Span.Trim(" \t\r"u8).SequenceEqual("]"u8);
                if (TraceLine.Parse(text) is not { } found || found.Process != process)
                    continue;
                if (found.Number != number + 1)
                    throw new FormatException($"event {found.Number} follows event {number}: {(found.Number > number ? "events are missing" : "the order is broken")}");
                number++;
                Check(live, found.Event);
                sink.Add(found.Event);
            }
            if (!isEnded)
                throw new FormatException("the file ends early");
            if (number == 0)
                throw new FormatException($"there are no {process.ToString().ToLowerInvariant()} allocations");
            return number;
        }
        catch (OverflowException e)
        {
            throw new InputException($"{path}, line {lines?.Number ?? 0}: its bytes add up to more than 64 bits can count; a file that 'llmmem run --trace FILE' wrote is needed", e);
        }
        catch (Exception e) when (e is FormatException or TraceException)
        {
            throw new InputException($"{path}, line {lines?.Number ?? 0}: {e.Message}; a file that 'llmmem run --trace FILE' wrote is needed", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); a file that 'llmmem run --trace FILE' wrote is needed", e);
        }
    }

    private static void Check(Dictionary<ulong, long> live, in AllocationEvent e)
    {
        if (e.Size > 0)
        {
            if (!live.TryAdd(e.Block, e.Size))
                throw new TraceException($"block {e.Block:x} is taken, but it was taken before and not freed");
            return;
        }
        if (!live.Remove(e.Block, out var size))
            throw new TraceException($"block {e.Block:x} is freed, but it is not taken: freed twice, or its allocation is missing");
        if (size != -e.Size)
            throw new TraceException($"block {e.Block:x} of {size} bytes is freed with {-e.Size} bytes");
    }
}
