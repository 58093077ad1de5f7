using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>A pool's segments, laid out in rows by address.</summary>
/// <param name="Width">Bytes per row.</param>
/// <param name="Rows">The segments of each row.</param>
internal sealed record SegmentRows(long Width, IReadOnlyList<IReadOnlyList<MappedSegment>> Rows)
{
    /// <summary>More rows would be thinner than their labels.</summary>
    private const int MaxRows = 14;

    /// <summary>Spans narrower than this fraction of a row are merged.</summary>
    private const double Finest = 1.0 / 1500;

    /// <summary>The shortest rows that do not exceed the maximum count; a segment is never split.</summary>
    public static SegmentRows Of(IReadOnlyList<MappedSegment> segments)
    {
        var width = Math.Max(segments.Max(s => s.Size.Bytes), (segments.Sum(s => s.Size.Bytes) + MaxRows - 1) / MaxRows);
        // Segments that do not fit at the end of a row add rows: then widen them a little.
        while (true)
        {
            var rows = Packed(segments, width);
            if (rows.Count <= MaxRows)
                return new(width, rows);
            width += Math.Max(1, width / 16);
        }
    }

    /// <summary>A row's contents, left to right: a part with its start and end, in bytes from the start of the row.</summary>
    public IEnumerable<(Part Part, long Start, long End)> Spans(IReadOnlyList<MappedSegment> row)
    {
        var start = 0L;
        foreach (var segment in row)
        {
            foreach (var span in Joined(segment))
                yield return (span.Part, start + span.Start, start + span.End);
            start += segment.Size.Bytes;
        }
    }

    private static List<IReadOnlyList<MappedSegment>> Packed(IReadOnlyList<MappedSegment> segments, long width)
    {
        var rows = new List<IReadOnlyList<MappedSegment>>();
        var row = new List<MappedSegment>();
        var room = width;
        foreach (var segment in segments)
        {
            if (segment.Size.Bytes > room && row.Count > 0)
            {
                rows.Add(row);
                (row, room) = ([], width);
            }
            row.Add(segment);
            room -= segment.Size.Bytes;
        }
        rows.Add(row);
        return rows;
    }

    /// <summary>Merges neighbors too narrow to see into one span, drawn as the part with the most bytes in it.</summary>
    private IEnumerable<(Part Part, long Start, long End)> Joined(MappedSegment segment)
    {
        var least = (long)(Width * Finest);
        var bytes = new Dictionary<Part, long>();
        long start = 0, end = 0;
        foreach (var (part, size) in segment.Blocks.SelectMany(Pieces))
        {
            if (end - start >= least)
            {
                yield return (bytes.MaxBy(b => b.Value).Key, start, end);
                bytes.Clear();
                start = end;
            }
            bytes[part] = bytes.GetValueOrDefault(part) + size;
            end += size;
        }
        yield return (bytes.MaxBy(b => b.Value).Key, start, end);
    }

    /// <summary>A block's requested bytes and rounding, or slack if it is free.</summary>
    public static IEnumerable<(Part Part, long Size)> Pieces(MappedBlock block)
    {
        if (block.Owner is not { } owner)
        {
            yield return (Part.Slack, block.Size.Bytes);
            yield break;
        }
        yield return (owner, block.Requested.Bytes);
        if (block.Size > block.Requested)
            yield return (Part.Rounding, (block.Size - block.Requested).Bytes);
    }
}
