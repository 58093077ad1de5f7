using System.Text.Json;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Appends records to a results file, as any number of processes may at the same time. A record is one write of a whole line,
/// flushed to disk, under an exclusive lock that is held for this write only: a writer waits for the others, and is never refused.
/// </summary>
public sealed class ResultsAppender : IDisposable
{
    private ResultsAppender(string path) => Path = path;

    /// <summary>The whole path of the results file.</summary>
    public string Path { get; }

    /// <summary>True if the file holds nothing yet.</summary>
    public bool IsEmpty => new FileInfo(Path) is not { Exists: true, Length: > 0 };

    /// <summary>Creates the folder and its results file, so an unwritable location fails early.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name within it.</param>
    /// <exception cref="InputException">The folder or file cannot be written, or the file is not in UTF-8.</exception>
    public static ResultsAppender Open(string folder, string name = ResultsFile.Name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, name));
            if (Inode.At(path) is { Kind: not (InodeKind.File or InodeKind.Folder) } other)
                throw new IOException($"{path} is a {other.Word}, not a file");
            using var file = OpenFile(path);
            RequireUtf8(file);
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); expected a writable folder", e);
        }
    }

    /// <summary>Appends one record, after complete lines only: see <see cref="Repair"/>.</summary>
    /// <exception cref="IOException">The record could not be written; the file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Append(RunRecord record)
    {
        var line = new MemoryStream();
        line.Write(Seal.Write(record));
        line.WriteByte((byte)'\n');
        Alone(file =>
        {
            Append(file, line.GetBuffer().AsSpan(0, (int)line.Length));
            return 0L;
        });
    }

    /// <summary>
    /// Repairs the last line after an interrupted write: what is no whole document is cut off, and a whole one without
    /// a line feed gets it.
    /// </summary>
    /// <returns>Number of bytes cut off.</returns>
    public long Repair() => Alone(CutTornLine);

    /// <summary>Leaves no empty file behind.</summary>
    public void Dispose()
    {
        if (File.Exists(Path) && IsEmpty)
        {
            Alone(file =>
            {
                if (file.Length == 0)
                    File.Delete(Path);
                return 0L;
            });
        }
    }

    internal static void Append(FileStream file, ReadOnlySpan<byte> line)
    {
        CutTornLine(file);
        var end = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    /// <summary>Works on the file while no other process does.</summary>
    private long Alone(Func<FileStream, long> work)
    {
        while (true)
        {
            using var file = OpenFile(Path);
            using var alone = new FileLock(file.SafeFileHandle);
            // Whoever had the lock before may have deleted the file, which was empty; a record in it would be lost.
            if (Inode.Of(file.SafeFileHandle) is not { } own || own.Is(Inode.At(Path)))
                return work(file);
        }
    }

    private static DiskFile OpenFile(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>A record after lines in another encoding would spoil both.</summary>
    private static void RequireUtf8(FileStream file)
    {
        var start = new byte[Utf8Text.DecidingBytes];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (Utf8Text.OtherEncoding(start.AsSpan(0, length)) is { } other)
            throw new InputException($"{file.Name}: encoded in {other}; records need UTF-8: convert it, or use another folder");
    }

    private static long CutTornLine(FileStream file)
    {
        var start = StartOfLastLine(file);
        var torn = file.Length - start;
        if (torn == 0)
            return 0;
        var line = new byte[torn];
        file.Seek(start, SeekOrigin.Begin);
        file.ReadExactly(line);
        var whole = RecordLine.Documents(line).Where(document => IsDocument(document.ToArray())).ToList();
        if (whole is [{ } only] && only.Length == torn)
        {
            file.WriteByte((byte)'\n');
            torn = 0;
        }
        else
        {
            // Behind what another program left of a line, a record may stand whole.
            file.SetLength(start);
            foreach (var document in whole)
                file.Write([.. document.Span, (byte)'\n']);
            torn -= whole.Sum(document => document.Length);
        }
        file.Flush(flushToDisk: true);
        return torn;
    }

    /// <summary>Start of a last line without line feed; the file's length if there is none.</summary>
    private static long StartOfLastLine(FileStream file)
    {
        var chunk = new byte[64 << 10];
        for (var end = file.Length; end > 0;)
        {
            var begin = Math.Max(0, end - chunk.Length);
            var part = chunk.AsSpan(0, (int)(end - begin));
            file.Seek(begin, SeekOrigin.Begin);
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is var at and >= 0)
                return begin + at + 1;
            end = begin;
        }
        return 0;
    }

    private static bool IsDocument(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(Utf8Text.WithoutMark(line));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
