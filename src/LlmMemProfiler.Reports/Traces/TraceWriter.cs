using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>
/// Writes one allocation stream as Chrome trace events, one per line: a slice per phase, step, layer, and operation; counters of
/// the levels; and each allocation and free as an instant with all that is needed to read it back.
/// </summary>
/// <remarks>Google, Trace Event Format; https://ui.perfetto.dev opens it.</remarks>
/// <param name="output">Receives the lines, each ending in a comma.</param>
/// <param name="process">The stream written.</param>
/// <param name="origin">Time 0, in ticks of <see cref="Stopwatch"/>.</param>
internal sealed class TraceWriter(Stream output, TraceProcess process, long origin) : IAllocationSink, IDisposable
{
    private readonly Utf8JsonWriter json = new(output, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private readonly List<string> open = [];
    private long count, requested, allocated, reserved;
    private double time;

    /// <summary>Names the stream; call this first.</summary>
    /// <param name="name">'measured', 'virtual' or 'predicted'.</param>
    public void Begin(string name)
    {
        Metadata(TraceLine.ProcessName, name);
        Metadata("thread_name", "allocations");
    }

    public void Add(in AllocationEvent e)
    {
        time = Microseconds(e.Time);
        Enter(e.Tag);
        count++;
        allocated += e.Size;
        Instant(e);
        if (e.Requested != 0)
            Counter("requested", requested += e.Requested);
        Counter("allocated", allocated);
        // On a CPU only some events know it; 0 in the others means unknown.
        if (e.Reserved > 0 && e.Reserved != reserved)
            Counter("reserved", reserved = e.Reserved);
    }

    /// <summary>A level at a time without an allocation.</summary>
    public void Level(string name, double seconds, long bytes)
    {
        time = seconds * 1e6;
        Counter(name, bytes);
    }

    /// <summary>Closes open slices; call this last. Not part of disposing: after a write that failed, no more can be written.</summary>
    public void End() => Close(0);

    public void Dispose() => json.Dispose();

    /// <summary>Closes the slices the tag has left, innermost first, and opens those it has entered.</summary>
    private void Enter(Tag tag)
    {
        List<string> path = [tag.Phase.Name()];
        if (tag.Phase == Phase.Decode || tag.Step > 0)
            path.Add(string.Create(CultureInfo.InvariantCulture, $"{(tag.Phase == Phase.Decode ? "step" : "chunk")} {tag.Step}"));
        if (tag.Layer is { } layer)
            path.Add(string.Create(CultureInfo.InvariantCulture, $"layer {layer}"));
        // The number separates neighbors of the same name.
        if (tag.Operation != Operation.None)
            path.Add(string.Create(CultureInfo.InvariantCulture, $"{tag.Operation}#{tag.Sequence}"));

        var common = 0;
        while (common < Math.Min(open.Count, path.Count) && open[common] == path[common])
            common++;
        Close(common);
        foreach (var name in path.Skip(common))
        {
            open.Add(name);
            Slice("B", name.Split('#')[0]);
        }
    }

    private void Close(int depth)
    {
        while (open.Count > depth)
        {
            open.RemoveAt(open.Count - 1);
            Slice("E", null);
        }
    }

    private void Slice(string kind, string? name)
    {
        Start(kind, name);
        EndLine();
    }

    private void Instant(in AllocationEvent e)
    {
        Start("i", e.Size.ToString("+#,0 B;−#,0 B", CultureInfo.InvariantCulture));
        json.WriteString("cat", TraceLine.Category);
        json.WriteString("s", "t");
        json.WriteStartObject("args");
        json.WriteNumber("n", count);
        json.WriteString("block", e.Block.ToString("x", CultureInfo.InvariantCulture));
        json.WriteNumber("bytes", e.Size);
        json.WriteNumber("requested", e.Requested);
        json.WriteNumber("reserved", e.Reserved);
        json.WriteString("tag", e.Tag.Packed.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteString("owner", e.Tag.Part.Name());
        json.WriteEndObject();
        EndLine();
    }

    private void Counter(string level, long bytes)
    {
        Start("C", level);
        json.WriteStartObject("args");
        json.WriteNumber("bytes", bytes);
        json.WriteEndObject();
        EndLine();
    }

    private void Metadata(string what, string name)
    {
        Start("M", what);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        EndLine();
    }

    private void Start(string kind, string? name)
    {
        json.WriteStartObject();
        json.WriteString("ph", kind);
        json.WriteNumber("pid", (int)process);
        json.WriteNumber("tid", 1);
        json.WriteNumber("ts", Math.Round(time, 3));
        if (name is not null)
            json.WriteString("name", name);
    }

    private void EndLine()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        output.Write(",\n"u8);
    }

    private double Microseconds(long ticks) => ticks == 0 ? time : (ticks - origin) * 1e6 / Stopwatch.Frequency;
}
