using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Reads results files one record after the other; what was read is not kept. A last line that was cut off is tolerated and
/// said. Any other line that is no record, and a record that stands twice, ends the reading, or is skipped and counted.
/// </summary>
/// <param name="isSkipping">True where bad lines are skipped.</param>
/// <param name="remedy">What may be done with a bad line beside mending or removing it; null for leaving it out.</param>
public sealed class ResultsReader(bool isSkipping = false, string? remedy = null)
{
    /// <summary>A record of 10,000 steps has some 5 MiB; far more is no record.</summary>
    private const int LongestLine = 64 << 20;

    /// <summary>Of many bad lines, so many are named.</summary>
    private const int MostNamed = 5;

    private readonly Sha256 hash = new();
    private readonly HashSet<(string Point, DateTimeOffset Started)> seen = [];
    private readonly List<string> remarks = [];

    /// <summary>Records read.</summary>
    public int Count { get; private set; }

    /// <summary>Bad lines that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>What a reader of the results should be told, a line each.</summary>
    public IReadOnlyList<string> Remarks => Skipped > MostNamed
        ? [.. remarks, $"{Skipped} bad lines were skipped in all"]
        : remarks;

    /// <summary>SHA-256 of the records read, byte for byte as their lines stand, in the order of reading, each with a line feed.</summary>
    public string Evidence => Convert.ToHexStringLower(hash.Current());

    /// <summary>All records of some files; a folder stands for its <c>*.jsonl</c> in the order of their names.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="InputException">A path is neither, cannot be read, or holds a line that is no record.</exception>
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
            throw new InputException($"{path}: cannot be read on ({e.Message.TrimEnd('.')}); a results file is needed", e);
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
                throw new JsonException($"point {record.PointId}, started {record.Started:O}, stands twice; a repeated measurement has another start");
            hash.Add(line);
            hash.Add("\n"u8);
            Count++;
            return record;
        }
        catch (JsonException) when (!lines.IsEnded && RecordLine.IsBegun(line))
        {
            remarks.Add($"{path}, line {lines.Number}: cut off at the file's end, left out");
            return null;
        }
        catch (JsonException e)
        {
            var fault = $"{path}, line {lines.Number}: {RecordLine.Reason(e)}";
            if (!isSkipping)
            {
                throw remedy is null
                    ? new FieldException($"{fault}; mend or remove the line, or leave bad lines out with {new Field("skip_bad")}", e)
                    : new InputException($"{fault}; mend or remove the line, or {remedy}", e);
            }
            if (++Skipped <= MostNamed)
                remarks.Add($"{fault}; skipped");
            return null;
        }
    }
}
