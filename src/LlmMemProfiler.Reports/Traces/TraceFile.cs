using System.IO.Compression;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Points;
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
    /// <summary>Writes both streams, and gives the file its name.</summary>
    /// <param name="file">Opened before the long work began.</param>
    /// <param name="device">Where the run was: the stream of a virtual GPU is not called measured.</param>
    /// <param name="timeline">Source of the device level over time.</param>
    /// <param name="measured">Measured events.</param>
    /// <param name="predict">Sends predicted events to a sink.</param>
    /// <param name="origin">Time 0, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(
        OutputFile file, DeviceKind device, Timeline timeline, IEnumerable<AllocationEvent> measured, Action<IAllocationSink> predict, long origin)
    {
        var buffered = new BufferedStream(file.Stream, 1 << 16);
        if (file.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            using var zipped = new GZipStream(buffered, CompressionLevel.Fastest, leaveOpen: true);
            Write(zipped, device, timeline, measured, predict, origin);
        }
        else
        {
            Write(buffered, device, timeline, measured, predict, origin);
        }
        buffered.Flush();
        file.Complete();
    }

    private static void Write(
        Stream stream, DeviceKind device, Timeline timeline, IEnumerable<AllocationEvent> measured, Action<IAllocationSink> predict, long origin)
    {
        stream.Write("[\n"u8);
        using (var measuredWriter = new TraceWriter(stream, TraceProcess.Measured, origin))
        {
            measuredWriter.Begin(device.Observed());
            foreach (var e in measured)
                measuredWriter.Add(e);
            for (var i = 0; i < timeline.Seconds.Count; i++)
            {
                if (timeline.Device[i] is { } level)
                    measuredWriter.Level("device", timeline.Seconds[i], level.Bytes);
            }
            measuredWriter.End();
        }
        using (var predictedWriter = new TraceWriter(stream, TraceProcess.Predicted, origin))
        {
            predictedWriter.Begin(TraceProcess.Predicted.ToString().ToLowerInvariant());
            predict(new TimeAligner(measured, predictedWriter));
            predictedWriter.End();
        }
        // An empty object ends the list, so that every line before it can end in a comma.
        stream.Write("{}\n]\n"u8);
    }
}
