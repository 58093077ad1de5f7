using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Reads results files one record at a time without retaining them. An incomplete last line is tolerated with a remark.
/// Any other invalid line, or duplicate record, is an error, or is skipped and counted.
/// </summary>
/// <param name="isSkipping">True to skip bad lines.</param>
/// <param name="remedy">Alternative to fixing or removing a bad line, for the message; null for skipping it.</param>
public sealed class ResultsReader(bool isSkipping = false, string? remedy = null)
{
    /// <summary>A record of 10,000 steps is about 5 MiB; anything much longer is not a record.</summary>
    private const int LongestLine = 64 << 20;

    /// <summary>Maximum number of bad lines listed.</summary>
    private const int MostNamed = 5;

    private readonly Sha256 hash = new();
    private readonly HashSet<(string Point, DateTimeOffset Started)> seen = [];
    private readonly List<string> remarks = [];

    /// <summary>Records read.</summary>
    public int Count { get; private set; }

    /// <summary>Bad lines that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>Remarks for the reader, one per line.</summary>
    public IReadOnlyList<string> Remarks => Skipped > MostNamed
        ? [.. remarks, $"{Skipped} bad lines skipped in total"]
        : remarks;

    /// <summary>SHA-256 of the records read: their lines' exact bytes in reading order, each with a line feed.</summary>
    public string Evidence => Convert.ToHexStringLower(hash.Current());

    /// <summary>All records of some files; folders expand to their <c>*.jsonl</c> files, sorted by name.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="InputException">A path does not exist, cannot be read, or contains an invalid line.</exception>
    public IEnumerable<RunRecord> Read(IEnumerable<string> paths) => ResultsFile.Expand(paths).SelectMany(ReadFile);

    private IEnumerable<RunRecord> ReadFile(string path)
    {
        using var file = ResultsFile.OpenForRead(path);
        var lines = new LineReader(file, LongestLine);
        while (TryReadLine(lines, path, out var line))
        {
            if (Parse(line.Span, lines, path) is { } record)
                yield return record;
        }
    }

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

    private RunRecord? Parse(ReadOnlySpan<byte> line, LineReader lines, string path)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
            return null;
        try
        {
            var record = RecordLine.Parse(line);
            if (!seen.Add((record.PointId, record.Started)))
                throw new JsonException($"point {record.PointId}, started {record.Started:O}, is a duplicate; repeated measurements have different starts");
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
