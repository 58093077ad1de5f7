using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// The record of a run on disk. It is written before anything else that may block, as a pipe that nobody reads, or fail; and where
/// it cannot be, all else is written all the same.
/// </summary>
/// <param name="folder">The results folder; null to keep nothing.</param>
internal sealed class KeptRecord(string? folder) : IDisposable
{
    private readonly ResultsAppender? results = folder is null ? null : ResultsAppender.Open(folder);
    private InputException? fault;
    private bool isAdded;

    /// <summary>Writes the record, the first time.</summary>
    public void Add(RunRecord record)
    {
        if (isAdded || results is null)
            return;
        isAdded = true;
        try
        {
            results.Append(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = new($"--out {folder}: cannot write the record ({e.Message.TrimEnd('.')}); free up disk space", e);
        }
    }

    /// <summary>Draws the record beside it.</summary>
    /// <exception cref="InputException">It or its picture could not be written.</exception>
    public void Draw(RunRecord record)
    {
        if (fault is not null)
            throw fault;
        if (folder is not null)
            RunPictures.Write(folder, record);
    }

    public void Dispose() => results?.Dispose();
}
