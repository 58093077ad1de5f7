using System.Collections;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// Keeps a run's events in an unnamed file until they are compared; in memory they would add to the measurement.
/// </summary>
internal sealed class TraceSpool(Stream file) : IAllocationSink, IEnumerable<AllocationEvent>, IDisposable
{
    private const int EventsInBuffer = 1 << 10;

    private readonly AllocationEvent[] buffer = new AllocationEvent[EventsInBuffer];
    private int waiting;
    private long written;

    /// <summary>Opens a spool in a folder for temporary files.</summary>
    /// <param name="folder">Null for the system's. If it is not writable, an in-memory file outside the process is used.</param>
    public static TraceSpool Open(string? folder = null)
    {
        var path = Path.Combine(folder ?? Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 });
            // Unlinked at once, so that even a kill does not leave it behind.
            File.Delete(path);
            return new(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(new FileStream(MemoryFile.Create("trace"), FileAccess.ReadWrite, bufferSize: 0));
        }
    }

    /// <summary>Why events were lost; null if none were. Known for certain only after <see cref="Complete"/>.</summary>
    public string? Fault { get; private set; }

    public void Add(in AllocationEvent e)
    {
        buffer[waiting++] = e;
        if (waiting == EventsInBuffer)
            Flush();
    }

    /// <summary>Call after the last event and before reading: only the last flush decides whether all were kept.</summary>
    public void Complete()
    {
        Flush();
        if (file.Length != written * SizeOfEvent)
            Fault ??= "the trace is shorter than what was written";
    }

    public IEnumerator<AllocationEvent> GetEnumerator()
    {
        if (waiting > 0)
            throw new InvalidOperationException("the trace is read before it is complete");
        var chunk = new AllocationEvent[EventsInBuffer];
        file.Position = 0;
        int count;
        while ((count = file.ReadAtLeast(MemoryMarshal.AsBytes(chunk.AsSpan()), chunk.Length * SizeOfEvent, throwOnEndOfStream: false) / SizeOfEvent) > 0)
        {
            for (var i = 0; i < count; i++)
                yield return chunk[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => file.Dispose();

    private static int SizeOfEvent => Marshal.SizeOf<AllocationEvent>();

    private void Flush()
    {
        try
        {
            if (Fault is null)
                DiskFile.Write(file, MemoryMarshal.AsBytes(buffer.AsSpan(0, waiting)));
            written += waiting;
        }
        catch (IOException e)
        {
            Fault = $"the trace could not be written ({e.Message.TrimEnd('.')})";
        }
        waiting = 0;
    }
}
