using System.IO.Compression;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Records as JSON Lines: one document per line. <see cref="ResultsAppender"/> writes them. Read, but never written, with gzip too.
/// </summary>
public static class ResultsFile
{
    public const string Name = "results.jsonl";

    private const string Ending = ".jsonl", Zipped = ".gz";

    /// <summary>What a packed file may unpack to: twenty times what a report over 10,000 records reads. A few MB can unpack to anything.</summary>
    public const long MostUnpacked = 4L << 30;

    /// <summary>True for the name of a results file, packed or not.</summary>
    public static bool IsNamedSo(string path)
    {
        var name = IsPacked(path) ? path[..^Zipped.Length] : path;
        return name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Expands folders to their <c>*.jsonl</c> and <c>*.jsonl.gz</c> files, sorted by name, without duplicates.</summary>
    /// <exception cref="InputException">A path does not exist, or a folder contains no results.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
                files.Add(path);
            else if (!Directory.Exists(path))
                throw new InputException($"{path}: not found; expected a results file ({Name}) or a folder that contains one");
            else if (In(path) is { Count: > 0 } found)
                files.AddRange(found);
            else
                throw new InputException($"no results (*.jsonl) found in {path}; expected a folder written by a run or a sweep");
        }
        return [.. files.DistinctBy(Path.GetFullPath)];
    }

    /// <summary>Opens a results file, even while a sweep is writing it, and unpacks it by its name.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static Stream OpenForRead(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return IsPacked(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a results file", e);
        }
    }

    /// <summary>The results files in a folder, sorted by name.</summary>
    /// <exception cref="InputException">The folder cannot be read, or such a name is a pipe or a device, which may never end.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder).Where(IsNamedSo).Order(StringComparer.Ordinal).ToList();
            foreach (var path in files)
            {
                if (Inode.At(path) is { Kind: not InodeKind.File } other)
                    throw new InputException($"{path} is a {other.Word}; expected a results file");
            }
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); expected a folder of results", e);
        }
    }

    private static bool IsPacked(string path) => path.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase);
}
