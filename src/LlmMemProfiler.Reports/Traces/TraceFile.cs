using System.IO.Compression;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>The streams of a trace file; values are its process ids.</summary>
public enum TraceProcess
{
    Measured = 1,
    Predicted = 2,
}

/// <summary>
/// A trace file: the measured allocation stream and, on the same time axis, the predicted one. Gzipped if the name ends in
/// '.gz'.
/// </summary>
public static class TraceFile
{
    /// <summary>Opens the file, before the long work begins.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

    /// <summary>Writes both streams.</summary>
    /// <param name="file">From <see cref="Create"/>.</param>
    /// <param name="timeline">Source of the device level over time.</param>
    /// <param name="measured">Measured events.</param>
    /// <param name="predict">Sends predicted events to a sink.</param>
    /// <param name="origin">Time 0, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public static void Write(
        FileStream file, Timeline timeline, IEnumerable<AllocationEvent> measured, Action<IAllocationSink> predict, long origin)
    {
        using var stream = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true)
            : (Stream)new BufferedStream(file, 1 << 16);
        stream.Write("[\n"u8);
        using (var measuredWriter = new TraceWriter(stream, TraceProcess.Measured, origin))
        {
            measuredWriter.Begin();
            foreach (var e in measured)
                measuredWriter.Add(e);
            for (var i = 0; i < timeline.Seconds.Count; i++)
            {
                if (timeline.Device[i] is { } device)
                    measuredWriter.Level("device", timeline.Seconds[i], device.Bytes);
            }
        }
        using (var predictedWriter = new TraceWriter(stream, TraceProcess.Predicted, origin))
        {
            predictedWriter.Begin();
            predict(new TimeAligner(measured, predictedWriter));
        }
        // An empty object ends the list, so that every line before it can end in a comma.
        stream.Write("{}\n]\n"u8);
        stream.Flush();
    }
}
