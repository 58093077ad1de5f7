using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Reports;

/// <summary>A folder for a report's files, each written atomically.</summary>
public sealed class ReportFolder
{
    private ReportFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Tries to create the folder and to write to it, to fail before the long work; what it created goes again until there is something to write.</summary>
    /// <exception cref="InputException">It cannot be created or written.</exception>
    public static ReportFolder Open(string path)
    {
        try
        {
            var plots = System.IO.Path.GetFullPath(System.IO.Path.Combine(path, Report.PlotsFolder));
            var created = Missing(plots).ToList();
            try
            {
                Directory.CreateDirectory(plots);
                foreach (var place in (string[])[path, plots])
                    OutputFile.Try(System.IO.Path.Combine(place, Report.PageFile));
            }
            finally
            {
                foreach (var folder in created.Where(Directory.Exists))
                    Directory.Delete(folder);
            }
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(string file, Action<Stream> fill)
    {
        var path = System.IO.Path.Combine(Path, file);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            using var whole = new OutputFile(path);
            fill(whole.Stream);
            whole.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    public void Write(string file, byte[] bytes) => Write(file, stream => stream.Write(bytes));

    /// <summary>A folder and those above it that do not exist, from the innermost out.</summary>
    private static IEnumerable<string> Missing(string folder)
    {
        for (var place = folder; place is not null && !Directory.Exists(place); place = System.IO.Path.GetDirectoryName(place))
            yield return place;
    }

    private static InputException Unwritable(string path, Exception cause) =>
        new($"--out {path}: cannot write ({cause.Message.TrimEnd('.')}); must be a writable folder", cause);
}
