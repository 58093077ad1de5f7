using System.IO.Compression;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>The streams of one trace file; their numbers are its process ids.</summary>
public enum TraceProcess
{
    Measured = 1,
    Predicted = 2,
}

/// <summary>
/// A trace file: the measured stream of allocations and, on the same time axis, the predicted one. A name that ends in '.gz'
/// is written compressed.
/// </summary>
public static class TraceFile
{
    /// <summary>Opens the file before the long work begins.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

    /// <summary>Writes both streams.</summary>
    /// <param name="file">From <see cref="Create"/>.</param>
    /// <param name="timeline">Gives the device's level over time.</param>
    /// <param name="measured">The measured events.</param>
    /// <param name="predict">Sends the predicted events to a sink.</param>
    /// <param name="origin">Time 0, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public static void Write(
        FileStream file, Timeline timeline, IEnumerable<AllocationEvent> measured, Action<IAllocationSink> predict, long origin)
    {
        using var stream = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true)
            : (Stream)new BufferedStream(file, 1 << 16);
        stream.Write("[\n"u8);
        using (var seen = new TraceWriter(stream, TraceProcess.Measured, origin))
        {
            seen.Begin();
            foreach (var e in measured)
                seen.Add(e);
            for (var i = 0; i < timeline.Seconds.Count; i++)
            {
                if (timeline.Device[i] is { } device)
                    seen.Level("device", timeline.Seconds[i], device.Bytes);
            }
        }
        using (var expected = new TraceWriter(stream, TraceProcess.Predicted, origin))
        {
            expected.Begin();
            predict(new TimeAligner(measured, expected));
        }
        // An object without meaning ends the list, so that every line before it could end alike.
        stream.Write("{}\n]\n"u8);
        stream.Flush();
    }
}
