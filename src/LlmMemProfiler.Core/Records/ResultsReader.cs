using System.Text.Json;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Reads results files one record at a time without retaining them. An incomplete last line is tolerated with a remark.
/// Any other invalid line, or duplicate record, is an error, or is skipped and counted. Of several records of one measurement
/// (<see cref="LatestRecords"/>) the last is kept, and the others are named. Files are read twice for that.
/// </summary>
/// <param name="isSkipping">True to skip bad lines.</param>
/// <param name="remedy">Alternative to fixing or removing a bad line, for the message; null for skipping it.</param>
public sealed class ResultsReader(bool isSkipping = false, string? remedy = null)
{
    /// <summary>A record of 10,000 steps is about 5 MiB; anything much longer is not a record.</summary>
    private const int LongestLine = 64 << 20;

    /// <summary>Maximum number of bad lines listed, and of those left out.</summary>
    private const int MostNamed = 5;

    private readonly Sha256 hash = new();
    private readonly HashSet<(string Point, DateTimeOffset Started)> seen = [];
    private readonly List<string> remarks = [];
    private readonly LatestRecords latest = new();
    private int leftOut;

    /// <summary>Records read.</summary>
    public int Count { get; private set; }

    /// <summary>Bad lines that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>Remarks for the reader, one per line.</summary>
    public IReadOnlyList<string> Remarks =>
    [
        .. remarks,
        .. Skipped > MostNamed ? [$"{Skipped} bad lines skipped in total"] : Array.Empty<string>(),
        .. leftOut > MostNamed ? [$"{leftOut} records of points measured again left out in total"] : Array.Empty<string>(),
    ];

    /// <summary>SHA-256 of the records kept: their lines' exact bytes in reading order, each with a line feed.</summary>
    public string Evidence => Convert.ToHexStringLower(hash.Current());

    /// <summary>All records of some files; folders expand to their <c>*.jsonl</c> files, sorted by name.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="InputException">A path does not exist, cannot be read, or contains an invalid line.</exception>
    public IEnumerable<RunRecord> Read(IEnumerable<string> paths)
    {
        var files = ResultsFile.Expand(paths);
        for (var i = 0; i < files.Count; i++)
        {
            // A pipe can be read once only.
            if (Inode.At(files[i]) is { Kind: InodeKind.File })
                FindLatest(files[i], i);
        }
        return files.SelectMany(ReadFile);
    }

    private void FindLatest(string path, int index)
    {
        using var file = ResultsFile.OpenForRead(path);
        var lines = new LineReader(file, LongestLine);
        while (TryReadLine(lines, path, out var line))
            latest.Add(line.Span, Place(path, index, lines), isSkipping);
    }

    private IEnumerable<RunRecord> ReadFile(string path, int index)
    {
        using var file = ResultsFile.OpenForRead(path);
        var lines = new LineReader(file, LongestLine);
        while (TryReadLine(lines, path, out var line))
        {
            if (Parse(line.Span, lines, path, index) is { } record)
                yield return record;
        }
    }

    private static RecordPlace Place(string path, int index, LineReader lines) => new(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", index, lines.Number);

    private static bool TryReadLine(LineReader lines, string path, out ReadOnlyMemory<byte> line)
    {
        try
        {
            return lines.TryRead(out line);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a results file", e);
        }
    }

    private RunRecord? Parse(ReadOnlySpan<byte> line, LineReader lines, string path, int index)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
            return null;
        try
        {
            var record = RecordLine.Parse(line);
            if (!seen.Add((record.PointId, record.Started)))
                throw new JsonException($"point {record.PointId}, started {record.Started:O}, is a duplicate; repeated measurements have different starts");
            if (!latest.Contains(record, Place(path, index, lines)))
            {
                if (++leftOut <= MostNamed)
                    remarks.Add($"{path}, line {lines.Number}: point {record.PointId} was measured again; left out");
                return null;
            }
            hash.Add(line);
            hash.Add("\n"u8);
            Count++;
            return record;
        }
        catch (JsonException) when (!lines.IsEnded && RecordLine.IsBegun(line))
        {
            remarks.Add($"{path}, line {lines.Number}: incomplete at the end of the file, skipped");
            return null;
        }
        catch (JsonException e)
        {
            var fault = $"{path}, line {lines.Number}: {RecordLine.Reason(e)}";
            if (!isSkipping)
            {
                throw remedy is null
                    ? new FieldException($"{fault}; fix or remove the line, or skip bad lines with {new Field("skip_bad")}", e)
                    : new InputException($"{fault}; fix or remove the line, or {remedy}", e);
            }
            if (++Skipped <= MostNamed)
                remarks.Add($"{fault}; skipped");
            return null;
        }
    }
}
