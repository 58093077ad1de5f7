using System.IO.Compression;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>Reads a recorded allocation stream, and rejects one that contradicts itself, naming the line.</summary>
public static class TraceReader
{
    private const int LongestLine = 1 << 16;

    /// <summary>Sends the events of one stream to a sink, in order.</summary>
    /// <param name="path">A file written by <see cref="TraceFile"/>.</param>
    /// <param name="process">The stream to read.</param>
    /// <param name="sink">Receives the events; what was done to the cache only if it takes that.</param>
    /// <returns>The number of events, and what the stream is to be called: that of a virtual GPU is not measured.</returns>
    /// <exception cref="InputException">
    /// The file cannot be read or is truncated, events are missing, or a block is allocated twice, freed twice, or freed with another size.
    /// </exception>
    public static (long Events, string Name) Read(string path, TraceProcess process, IAllocationSink sink)
    {
        var live = new Dictionary<ulong, long>();
        var (number, name) = (0L, process.ToString().ToLowerInvariant());
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
                if (found.StreamName is { } told)
                {
                    if (told == DeviceKind.Virtual.Name() && process == TraceProcess.Measured)
                        name = told;
                    continue;
                }
                if (found.Cache is { } change)
                {
                    if (sink is ICacheSink cache)
                        change(cache);
                    continue;
                }
                if (found.Number != number + 1)
                    throw new FormatException($"event {found.Number} follows event {number}: {(found.Number > number ? "events are missing" : "out of order")}");
                number++;
                Check(live, found.Event);
                sink.Add(found.Event);
            }
            if (!isEnded)
                throw new FormatException("the file is truncated");
            if (number == 0)
                throw new FormatException($"no {name} allocations");
            return (number, name);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{path}, line {lines?.Number ?? 0}: byte counts overflow 64 bits; must be a file written by 'llmmem run --trace FILE'", e);
        }
        catch (Exception e) when (e is FormatException or TraceException)
        {
            throw new InputException($"{path}, line {lines?.Number ?? 0}: {e.Message}; must be a file written by 'llmmem run --trace FILE'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path}: cannot read ({e.Message.TrimEnd('.')}); must be a file written by 'llmmem run --trace FILE'", e);
        }
    }

    private static void Check(Dictionary<ulong, long> live, in AllocationEvent e)
    {
        if (e.Size > 0)
        {
            if (!live.TryAdd(e.Block, e.Size))
                throw new TraceException($"block {e.Block:x} is allocated twice without a free");
            return;
        }
        if (!live.Remove(e.Block, out var size))
            throw new TraceException($"block {e.Block:x} is freed but not live: freed twice, or its allocation is missing");
        if (size != -e.Size)
            throw new TraceException($"block {e.Block:x} has {size} bytes but is freed with {-e.Size}");
    }
}
