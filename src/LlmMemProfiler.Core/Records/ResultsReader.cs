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
    private readonly HashSet<(string Point, string Run)> seen = [];
    private readonly List<string> remarks = [];
    private readonly LatestRecords latest = new();
    private int leftOut;

    /// <summary>Records read.</summary>
    public int Count { get; private set; }

    /// <summary>Bad lines that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>Records without a <see cref="Seal"/>.</summary>
    public int Unsealed { get; private set; }

    /// <summary>Remarks for the reader, one per line.</summary>
    public IReadOnlyList<string> Remarks =>
    [
        .. remarks,
        .. Skipped > MostNamed ? [$"{Skipped} bad lines skipped in total"] : Array.Empty<string>(),
        .. Unsealed > 0 ? [$"{Unsealed} of {Count} records have no seal, as from earlier versions: edits to them go unnoticed"] : Array.Empty<string>(),
        .. leftOut > MostNamed ? [$"{leftOut} records of points measured again left out in total"] : Array.Empty<string>(),
    ];

    /// <summary>SHA-256 of the records kept: their lines' exact bytes in reading order, each with a line feed.</summary>
    public string Evidence => Convert.ToHexStringLower(hash.Current());

    /// <summary>All records of some files; folders expand to their <c>*.jsonl</c> and <c>*.jsonl.gz</c> files, sorted by name.</summary>
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
        var lines = new LineReader(file, LongestLine) { SkipsTooLong = true, Most = MostBytes(file) };
        while (TryReadLine(lines, path, out var line))
        {
            foreach (var document in RecordLine.Documents(line))
                latest.Add(document.Span, Place(path, index, lines), isSkipping);
        }
    }

    private IEnumerable<RunRecord> ReadFile(string path, int index)
    {
        using var file = ResultsFile.OpenForRead(path);
        var lines = new LineReader(file, LongestLine) { SkipsTooLong = true, Most = MostBytes(file) };
        while (TryReadLine(lines, path, out var line))
        {
            foreach (var record in Records(line, lines, path, index))
                yield return record;
        }
    }

    /// <summary>What is not packed is bounded by the disk.</summary>
    private static long MostBytes(Stream file) => file is FileStream ? long.MaxValue : ResultsFile.MostUnpacked;

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

    /// <summary>
    /// The records of a line that count: one, unless another program's torn line, zeros of a crash or another record stand before it.
    /// </summary>
    private List<RunRecord> Records(ReadOnlyMemory<byte> line, LineReader lines, string path, int index)
    {
        var found = new List<RunRecord>();
        if (line.Span.Trim(" \t\r"u8).IsEmpty && !lines.IsTooLong)
            return found;
        JsonException? fault = null;
        var whole = 0;
        var documents = RecordLine.Documents(line);
        foreach (var document in documents)
        {
            try
            {
                var record = Parse(document.Span);
                whole++;
                if (latest.Contains(record, Place(path, index, lines)))
                    found.Add(Counted(record, document.Span));
                else if (++leftOut <= MostNamed)
                    remarks.Add($"{path}:{lines.Number}: point {record.PointId} was measured again; left out");
            }
            catch (JsonException) when (!lines.IsEnded && document.Equals(documents[^1]) && RecordLine.IsBegun(document.Span))
            {
                remarks.Add($"{path}:{lines.Number}: incomplete at the end of the file, skipped");
            }
            catch (JsonException e)
            {
                fault ??= e;
            }
        }
        if (lines.IsTooLong)
            fault = new JsonException($"longer than {LongestLine >> 20} MiB");
        if (fault is not null)
            Refuse(fault, $"{path}:{lines.Number}: {RecordLine.Reason(fault)}", whole);
        return found;
    }

    private RunRecord Parse(ReadOnlySpan<byte> document)
    {
        var record = RecordLine.Parse(document);
        if (seen.Add((record.PointId, RunRecord.RunOf(record.RunId, record.Started))))
            return record;
        throw new JsonException(record.RunId is { } run
            ? $"run {run} of point {record.PointId} is a duplicate; each measurement has a run_id of its own"
            : $"point {record.PointId}, started {record.Started:O}, is a duplicate; repeated measurements have different starts");
    }

    private RunRecord Counted(RunRecord record, ReadOnlySpan<byte> document)
    {
        hash.Add(document);
        hash.Add("\n"u8);
        Count++;
        Unsealed += record.Seal is null ? 1 : 0;
        return record;
    }

    /// <param name="cause">The cause.</param>
    /// <param name="fault">What is wrong, and where.</param>
    /// <param name="whole">Records in the same line, which are not to be lost with it.</param>
    private void Refuse(JsonException cause, string fault, int whole)
    {
        if (!isSkipping)
        {
            var mend = whole == 0 ? "fix or remove the line" : "remove what is not the record, which is whole";
            throw remedy is null
                ? new FieldException($"{fault}; {mend}, or skip bad lines with {new Field("skip_bad")}", cause)
                : new InputException($"{fault}; {mend}, or {remedy}", cause);
        }
        if (++Skipped <= MostNamed)
            remarks.Add(whole == 0 ? $"{fault}; skipped" : $"{fault}; skipped but for the whole record in it");
    }
}
