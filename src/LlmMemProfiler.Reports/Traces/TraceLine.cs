using System.Globalization;
using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>An allocation or free: one line of a trace file.</summary>
/// <param name="Process">Its stream.</param>
/// <param name="Number">1-based index within its stream.</param>
/// <param name="Event">The event.</param>
internal readonly record struct TraceLine(TraceProcess Process, long Number, AllocationEvent Event)
{
    public const string Category = "allocation", ProcessName = "process_name";

    private const string CacheCategory = "cache", Emptied = "empty_cache", SegmentFreed = "segment_free";

    /// <summary>
    /// What a program did to the allocator's cache, under the names of PyTorch's own traces; such a line has no number and no
    /// event: null for an allocation or free.
    /// </summary>
    public Action<ICacheSink>? Cache { get; private init; }

    /// <summary>A stream's name, of the line that tells it; such a line has no number and no event: null for others.</summary>
    public string? StreamName { get; private init; }

    /// <summary>Null for any other line.</summary>
    /// <exception cref="FormatException">The line is not a trace event, or an incomplete one.</exception>
    public static TraceLine? Parse(ReadOnlyMemory<byte> line)
    {
        var text = line.Trim(" \t\r"u8).TrimEnd((byte)',');
        if (text.Length == 0 || text.Span.SequenceEqual("["u8) || text.Span.SequenceEqual("]"u8))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (!root.TryGetProperty("cat", out var category))
                return NameOf(root);
            if (category.GetString() == CacheCategory)
                return new(ProcessOf(root), 0, default) { Cache = CacheOf(root) };
            if (category.GetString() != Category)
                return null;
            var args = root.GetProperty("args");
            var (bytes, reserved) = (args.GetProperty("bytes").GetInt64(), args.GetProperty("reserved").GetInt64());
            // Files from earlier versions lack it.
            var requested = args.TryGetProperty("requested", out var known) ? known.GetInt64() : 0;
            if (bytes is 0 or long.MinValue || reserved < 0 || requested is long.MinValue || requested * Math.Sign(bytes) < 0 || Math.Abs(requested) > Math.Abs(bytes))
                throw new FormatException($"not an allocation: {bytes} bytes, {requested} requested");
            var e = new AllocationEvent(Hex(args, "block"), bytes, TagOf(Hex(args, "tag")), 0, reserved, requested);
            return new(ProcessOf(root), args.GetProperty("n").GetInt64(), e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("not a complete trace event", e);
        }
    }

    /// <summary>Null for a line that names none of the streams.</summary>
    private static TraceLine? NameOf(JsonElement root) =>
        root.TryGetProperty("name", out var what) && what.ValueEquals(ProcessName) && root.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var number)
            && Enum.IsDefined((TraceProcess)number) && root.TryGetProperty("args", out var args) && args.TryGetProperty("name", out var name)
                ? new((TraceProcess)number, 0, default) { StreamName = name.GetString() }
                : null;

    private static TraceProcess ProcessOf(JsonElement root)
    {
        var process = (TraceProcess)root.GetProperty("pid").GetInt32();
        return Enum.IsDefined(process) ? process : throw new FormatException($"{(int)process} is not a stream");
    }

    private static Action<ICacheSink> CacheOf(JsonElement root)
    {
        switch (root.GetProperty("name").GetString())
        {
            case Emptied:
                return sink => sink.EmptyCache();
            case SegmentFreed when root.GetProperty("args").GetProperty("bytes").GetInt64() is > 0 and var bytes:
                return sink => sink.FreeSegment(bytes);
            case SegmentFreed:
                throw new FormatException("not a segment: its bytes must be above 0");
            case var name:
                throw new FormatException($"'{name}' is nothing that a cache does: known are {Emptied} and {SegmentFreed}");
        }
    }

    private static Tag TagOf(ulong packed)
    {
        var tag = new Tag(packed);
        return Enum.IsDefined(tag.Phase) && (int)tag.Part < Parts.Owners && Enum.IsDefined(tag.Operation)
            ? tag
            : throw new FormatException($"{packed:x16} is not a tag");
    }

    private static ulong Hex(JsonElement args, string name) =>
        ulong.TryParse(args.GetProperty(name).GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{name}' is not a hex number");
}
