namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Reserves a results file for one sweep with a lock file next to it, held as long as this process lives. The
/// results themselves are not locked, so they can be read meanwhile.
/// </summary>
public static class ResultsLock
{
    /// <param name="folder">The results' folder, created if missing.</param>
    /// <param name="name">The results file's name.</param>
    /// <exception cref="InputException">Another process holds the lock, or the folder cannot be written.</exception>
    public static FileStream Acquire(string folder, string name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new(Path.Combine(folder, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new FieldException($"{new Field("out")} {folder}: another sweep is writing its {name}; wait for it, or use another folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); expected a writable folder", e);
        }
    }

    /// <summary>On Unix, .NET reports flock(2)'s EWOULDBLOCK by number.</summary>
    private static bool IsLocked(IOException e) => e.HResult is 11 or unchecked((int)0x80070020);
}
