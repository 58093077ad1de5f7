using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>The results file of a sweep: locked, whole, and open for one record after the other.</summary>
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

    /// <summary>What earlier sweeps finished.</summary>
    public FinishedPoints Before { get; }

    public string Path => file.Name;

    /// <exception cref="InputException">Another sweep writes there, there are results that are not to be continued, or it cannot be written.</exception>
    public static SweepResults Open(SweepRequest request)
    {
        var lockFile = ResultsLock.Take(request.Folder, request.FileName);
        FileStream? file = null;
        try
        {
            file = ResultsFile.OpenForAppend(request.Folder, request.FileName);
            if (file.Length > 0 && !request.Resume)
            {
                throw new InputException(
                    $"--out {request.Folder}: its {request.FileName} holds results already; go on with them by --resume, or take another folder");
            }
            if (ResultsFile.CutTornLine(file) is var torn and > 0)
                Console.Error.WriteLine($"llmmem: {file.Name}: its last line was cut off in the middle; its {torn} bytes are removed, and the point is measured again");
            return new(request.Folder, lockFile, file, Finished(request));
        }
        catch
        {
            file?.Dispose();
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>What earlier sweeps into the folder finished, other shares too; nothing where they are not to be continued.</summary>
    public static FinishedPoints Finished(SweepRequest request) =>
        request.Resume && Directory.Exists(request.Folder) ? FinishedPoints.Read(request.Folder) : new();

    /// <summary>Brings a record to the disk.</summary>
    /// <exception cref="InputException">There is no room; all records before it are kept.</exception>
    public void Append(RunRecord record)
    {
        try
        {
            ResultsFile.Append(file, record);
        }
        catch (IOException e)
        {
            throw new InputException(
                $"--out {folder}: the record cannot be written ({e.Message.TrimEnd('.')}); make room on the disk, then go on with --resume: " +
                "all records before it are kept", e);
        }
    }

    public void Dispose()
    {
        ResultsFile.RemoveIfEmpty(file);
        file.Dispose();
        lockFile.Dispose();
    }
}
