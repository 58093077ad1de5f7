using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Reports;

/// <summary>A folder for a report's files, each written atomically.</summary>
public sealed class ReportFolder
{
    private ReportFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Creates the folder and tries to write to it, to fail before the long work.</summary>
    /// <exception cref="InputException">It cannot be created or written.</exception>
    public static ReportFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, Report.PlotsFolder));
            foreach (var place in (string[])[path, System.IO.Path.Combine(path, Report.PlotsFolder)])
                OutputFile.Try(System.IO.Path.Combine(place, Report.PageFile));
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

    private static InputException Unwritable(string path, Exception cause) =>
        new($"--out {path}: cannot write ({cause.Message.TrimEnd('.')}); must be a writable folder", cause);
}
