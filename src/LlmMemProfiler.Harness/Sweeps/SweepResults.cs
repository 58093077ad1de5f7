using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A sweep's results file: locked, repaired, and open for appending.</summary>
public sealed class SweepResults : IDisposable
{
    private readonly string folder;
    private readonly FileStream lockFile;
    private readonly FileStream file;

    private SweepResults(string folder, FileStream lockFile, FileStream file, FinishedPoints before)
    {
        this.folder = folder;
        this.lockFile = lockFile;
        this.file = file;
        Before = before;
    }

    /// <summary>Points finished by earlier sweeps.</summary>
    public FinishedPoints Before { get; }

    public string Path => file.Name;

    /// <exception cref="InputException">Another sweep is writing there, results exist without --resume, or it cannot be written.</exception>
    public static SweepResults Open(SweepRequest request)
    {
        var lockFile = ResultsLock.Acquire(request.Folder, request.FileName);
        FileStream? file = null;
        try
        {
            file = ResultsFile.OpenForAppend(request.Folder, request.FileName);
            if (file.Length > 0 && !request.Resume)
            {
                throw new InputException(
                    $"--out {request.Folder}: {request.FileName} already contains results; continue with --resume, or use another folder");
            }
            if (ResultsFile.CutTornLine(file) is var torn and > 0)
                Console.Error.WriteLine($"llmmem: {ForeignText.Plain(file.Name)}: the last line was incomplete; its {torn} bytes were removed, and the point is measured again");
            return new(request.Folder, lockFile, file, Finished(request));
        }
        catch
        {
            file?.Dispose();
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Points finished by earlier sweeps in the folder, including other shards; none without --resume.</summary>
    public static FinishedPoints Finished(SweepRequest request) =>
        request.Resume && Directory.Exists(request.Folder) ? FinishedPoints.Read(request.Folder) : new();

    /// <summary>Writes a record to disk.</summary>
    /// <exception cref="InputException">The disk is full; all earlier records are kept.</exception>
    public void Append(RunRecord record)
    {
        try
        {
            ResultsFile.Append(file, record);
        }
        catch (IOException e)
        {
            throw new InputException(
                $"--out {folder}: the record cannot be written ({e.Message.TrimEnd('.')}); free disk space, then continue with --resume: " +
                "all earlier records are kept", e);
        }
    }

    public void Dispose()
    {
        ResultsFile.RemoveIfEmpty(file);
        file.Dispose();
        lockFile.Dispose();
    }
}
