using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>A pool's segments, laid out in rows in the order of addresses.</summary>
/// <param name="Width">Bytes of a row.</param>
/// <param name="Rows">The segments of each row.</param>
internal sealed record SegmentRows(long Width, IReadOnlyList<IReadOnlyList<MappedSegment>> Rows)
{
    /// <summary>More rows would be thinner than their text.</summary>
    private const int Most = 14;

    /// <summary>Stretches narrower than this share of a row are drawn as one.</summary>
    private const double Finest = 1.0 / 1500;

    /// <summary>Rows as short as can be with not too many of them; a segment is never cut.</summary>
    public static SegmentRows Of(IReadOnlyList<MappedSegment> segments)
    {
        var width = Math.Max(segments.Max(s => s.Size.Bytes), (segments.Sum(s => s.Size.Bytes) + Most - 1) / Most);
        // What does not fit at a row's end makes more rows: then they are made a little wider.
        while (true)
        {
            var rows = Packed(segments, width);
            if (rows.Count <= Most)
                return new(width, rows);
            width += Math.Max(1, width / 16);
        }
    }

    /// <summary>What a row shows, from left to right: a part, and where it begins and ends, in bytes from the row's beginning.</summary>
    public IEnumerable<(Part Part, long Start, long End)> Stretches(IReadOnlyList<MappedSegment> row)
    {
        var start = 0L;
        foreach (var segment in row)
        {
            foreach (var stretch in Joined(segment))
                yield return (stretch.Part, start + stretch.Start, start + stretch.End);
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

    /// <summary>Neighbors too narrow to be seen become one stretch, of the part that most of its bytes are.</summary>
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

    /// <summary>A block's request and its rounding, or slack.</summary>
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
