using System.Collections;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// Keeps a run's events in a file without a name until they are compared: in memory they would be a part of what is measured.
/// </summary>
internal sealed class TraceSpool(Stream file) : IAllocationSink, IEnumerable<AllocationEvent>, IDisposable
{
    private const int EventsInBuffer = 1 << 10;

    private readonly AllocationEvent[] buffer = new AllocationEvent[EventsInBuffer];
    private int waiting;

    /// <summary>A spool in a folder for temporary files.</summary>
    /// <param name="folder">Null for the system's. Where nothing can be written there, a file in memory serves; it is no part of the process.</param>
    public static TraceSpool Open(string? folder = null)
    {
        var path = Path.Combine(folder ?? Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 });
            // Without its name at once: no kill leaves it behind.
            File.Delete(path);
            return new(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(new FileStream(MemoryFile.Create("trace"), FileAccess.ReadWrite, bufferSize: 0));
        }
    }

    /// <summary>Why events were lost; null where none was.</summary>
    public string? Fault { get; private set; }

    public void Add(in AllocationEvent e)
    {
        buffer[waiting++] = e;
        if (waiting == EventsInBuffer)
            Flush();
    }

    public IEnumerator<AllocationEvent> GetEnumerator()
    {
        Flush();
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
                file.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, waiting)));
        }
        catch (IOException e)
        {
            Fault = $"the trace could not be kept ({e.Message.TrimEnd('.')})";
        }
        waiting = 0;
    }
}
