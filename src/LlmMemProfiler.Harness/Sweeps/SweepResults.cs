using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A sweep's results file: reserved, repaired, and ready for appending.</summary>
public sealed class SweepResults : IDisposable
{
    private readonly string folder;
    private readonly SweepReservation reserved;
    private readonly ResultsAppender file;

    private SweepResults(string folder, SweepReservation reserved, ResultsAppender file, FinishedPoints before)
    {
        this.folder = folder;
        this.reserved = reserved;
        this.file = file;
        Before = before;
    }

    /// <summary>Points finished by earlier sweeps.</summary>
    public FinishedPoints Before { get; }

    public string Path => file.Path;

    /// <param name="request">The sweep.</param>
    /// <param name="say">Receives what the user should know of earlier results.</param>
    /// <exception cref="InputException">
    /// Another sweep is writing there, results exist without --resume, the folder holds other shares, or it cannot be written.
    /// </exception>
    public static SweepResults Open(SweepRequest request, Action<string> say)
    {
        var reserved = SweepReservation.Acquire(request.Folder, request.FileName);
        ResultsAppender? file = null;
        try
        {
            RequireAlone(request);
            if (request.Shard is { } shard)
                RequireSharesOf(shard, request.Folder);
            file = ResultsAppender.Open(request.Folder, request.FileName);
            if (!file.IsEmpty && !request.Resume)
            {
                throw new InputException(
                    $"--out {request.Folder}: {request.FileName} already contains results; continue with --resume, or use another folder");
            }
            if (file.Repair() is var torn and > 0)
                say($"{file.Path}: the last line was incomplete; its {torn} bytes were removed, and the point is measured again");
            return new(request.Folder, reserved, file, Finished(request));
        }
        catch
        {
            file?.Dispose();
            reserved.Dispose();
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
            file.Append(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"--out {folder}: the record cannot be written ({e.Message.TrimEnd('.')}); free disk space, then continue with --resume: " +
                "all earlier records are kept", e);
        }
    }

    public void Dispose()
    {
        file.Dispose();
        reserved.Dispose();
    }

    /// <summary>A whole plan and its shares have all points in common; one after the other, --resume knows what is left.</summary>
    private static void RequireAlone(SweepRequest request)
    {
        foreach (var name in SweepReservation.HeldIn(request.Folder).Where(name => name != request.FileName))
        {
            if (Shard.OfFile(name) is null || request.Shard is null)
            {
                throw new InputException(
                    $"--out {request.Folder}: another sweep is writing {name}, whose points this one would measure again; wait for it, or use another folder");
            }
        }
    }

    /// <summary>Shares of another number of parts have points in common with this one.</summary>
    private static void RequireSharesOf(Shard shard, string folder)
    {
        var begun = ResultsFile.In(folder).Where(path => new FileInfo(path).Length > 0).Select(path => System.IO.Path.GetFileName(path));
        foreach (var name in begun.Concat(SweepReservation.HeldIn(folder)))
        {
            if (Shard.OfFile(name) is { } other && other.Count != shard.Count)
            {
                throw new InputException(
                    $"--out {folder}: has {name}, of a plan in {other.Count} shares, whose points shard {shard} would measure again; use --shard I/{other.Count}, or another folder");
            }
        }
    }
}
