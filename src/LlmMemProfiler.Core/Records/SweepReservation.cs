using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Reserves a results file for one sweep with a lock file next to it, held as long as this process lives. The results themselves
/// are not locked: they can be read meanwhile, and a single run may append to them.
/// </summary>
public sealed class SweepReservation : IDisposable
{
    private const string Extension = ".lock";

    private readonly FileStream file;

    private SweepReservation(FileStream file) => this.file = file;

    /// <param name="folder">The results' folder, created if missing.</param>
    /// <param name="name">The results file's name.</param>
    /// <exception cref="InputException">Another process holds the lock, or the folder cannot be written.</exception>
    public static SweepReservation Acquire(string folder, string name)
    {
        var path = Path.Combine(folder, name + Extension);
        try
        {
            Directory.CreateDirectory(folder);
            // A link would lock what it leads to.
            if (Inode.OfLink(path) is { Kind: not InodeKind.File } other)
                throw new IOException($"{path} is a {other.Word}, not a file");
            while (true)
            {
                var file = Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
                var isTaken = FileLock.TryTake(file.SafeFileHandle);
                // Whoever had it before may have deleted it; others then lock a new one.
                if (isTaken && (Inode.Of(file.SafeFileHandle) is not { } own || own.Is(Inode.OfLink(path))))
                    return new(file);
                file.Dispose();
                if (!isTaken)
                    throw new FieldException($"{new Field("out")} {folder}: another sweep is writing its {name}; wait for it, or use another folder");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); expected a writable folder", e);
        }
    }

    /// <summary>The results files in a folder that sweeps have reserved now, by name.</summary>
    public static IEnumerable<string> HeldIn(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension).Where(IsHeld).Select(path => Path.GetFileNameWithoutExtension(path));

    public void Dispose()
    {
        // In this order, nobody locks a file that is about to go.
        File.Delete(file.Name);
        file.Dispose();
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) => new(path, mode, access, FileShare.ReadWrite | FileShare.Delete, 1);

    /// <summary>Asks only: a lock that nobody holds, left by a sweep that was killed, could be taken by a new one at this moment.</summary>
    private static bool IsHeld(string path)
    {
        try
        {
            using var file = Open(path, FileMode.Open, FileAccess.Read);
            return FileLock.IsTaken(file.SafeFileHandle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or not to be read.
            return false;
        }
    }
}
