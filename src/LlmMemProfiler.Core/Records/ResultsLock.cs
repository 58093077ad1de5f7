namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Keeps a results file for one sweep: a file beside it that is locked as long as this process lives, however it ends. The
/// results themselves are not locked, so that they can be read all the while.
/// </summary>
public static class ResultsLock
{
    /// <param name="folder">The results' folder; it is made where it is missing.</param>
    /// <param name="name">The results file's name.</param>
    /// <exception cref="InputException">Another process holds it, or the folder cannot be written.</exception>
    public static FileStream Acquire(string folder, string name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new(Path.Combine(folder, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new FieldException($"{new Field("out")} {folder}: another sweep writes its {name}; wait for it, or take another folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); a folder that you may write is needed", e);
        }
    }

    /// <summary>On Unix .NET reports flock(2)'s EWOULDBLOCK by its number.</summary>
    private static bool IsLocked(IOException e) => e.HResult is 11 or unchecked((int)0x80070020);
}
