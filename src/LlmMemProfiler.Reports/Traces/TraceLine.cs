using System.Globalization;
using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>One line of a trace file that is an allocation or a free.</summary>
/// <param name="Process">Whose.</param>
/// <param name="Number">Of the event within its process, from 1 on.</param>
/// <param name="Event">The event.</param>
internal readonly record struct TraceLine(TraceProcess Process, long Number, AllocationEvent Event)
{
    public const string Category = "allocation";

    /// <summary>Null for a line that is something else.</summary>
    /// <exception cref="FormatException">The line is no trace event, or an allocation that misses something.</exception>
    public static TraceLine? Parse(ReadOnlyMemory<byte> line)
    {
        var text = line.Trim(" \t\r"u8).TrimEnd((byte)',');
        if (text.Length == 0 || text.Span.SequenceEqual("["u8) || text.Span.SequenceEqual("]"u8))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (!root.TryGetProperty("cat", out var category) || category.GetString() != Category)
                return null;
            var args = root.GetProperty("args");
            var (bytes, reserved) = (args.GetProperty("bytes").GetInt64(), args.GetProperty("reserved").GetInt64());
            // Files of an earlier version lack it.
            var requested = args.TryGetProperty("requested", out var asked) ? asked.GetInt64() : 0;
            if (bytes is 0 or long.MinValue || reserved < 0 || requested is long.MinValue || requested * Math.Sign(bytes) < 0 || Math.Abs(requested) > Math.Abs(bytes))
                throw new FormatException($"{bytes} bytes, {requested} of them asked for, are no allocation");
            var e = new AllocationEvent(Hex(args, "block"), bytes, TagOf(Hex(args, "tag")), 0, reserved, requested);
            return new((TraceProcess)root.GetProperty("pid").GetInt32(), args.GetProperty("n").GetInt64(), e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("is no whole trace event", e);
        }
    }

    private static Tag TagOf(ulong packed)
    {
        var tag = new Tag(packed);
        return Enum.IsDefined(tag.Phase) && (int)tag.Part < Parts.Owners && Enum.IsDefined(tag.Operation)
            ? tag
            : throw new FormatException($"{packed:x16} is no tag");
    }

    private static ulong Hex(JsonElement args, string name) =>
        ulong.TryParse(args.GetProperty(name).GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{name}' is no hexadecimal number");
}
