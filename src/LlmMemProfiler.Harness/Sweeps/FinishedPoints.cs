using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// What a folder of results holds already. Every record counts as finished, out of memory and failures too, since they would come
/// again; those that failed or ran out of time are told apart, so that they can be tried once more.
/// </summary>
public sealed class FinishedPoints
{
    private readonly Dictionary<(string PointId, int Repeat), RunStatus> last = [];

    /// <summary>Reads all results files of a folder, those of other shares too. A last line that was cut off is no record yet.</summary>
    /// <exception cref="InputException">A line is no record, or a file cannot be read.</exception>
    public static FinishedPoints Read(string folder)
    {
        var finished = new FinishedPoints();
        foreach (var file in Directory.EnumerateFiles(folder, "results*.jsonl").Order(StringComparer.Ordinal))
        {
            try
            {
                finished.Add(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{file}: cannot be read ({e.Message.TrimEnd('.')}); a readable results file is needed", e);
            }
        }
        return finished;
    }

    /// <summary>True where the measurement need not be made.</summary>
    /// <param name="job">The measurement.</param>
    /// <param name="retryFailed">True where one that failed or ran out of time is to be tried once more.</param>
    public bool Has(SweepJob job, bool retryFailed) =>
        last.TryGetValue((job.PointId, job.Repeat), out var status) && !(retryFailed && status is (RunStatus.Failed or RunStatus.Timeout));

    private void Add(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (stream.Length > 0)
            stream.Seek(-1, SeekOrigin.End);
        var isTorn = stream.ReadByte() is not (-1 or '\n');
        stream.Seek(0, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var id = document.RootElement.GetProperty("point_id").GetString()!;
                var repeat = document.RootElement.TryGetProperty("repeat", out var again) ? again.GetInt32() : 0;
                last[(id, repeat)] = Enum.Parse<RunStatus>(document.RootElement.GetProperty("status").GetString()!, ignoreCase: true);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                if (isTorn && reader.EndOfStream)
                    return;
                throw new InputException($"{file}: line {number} is no record; mend or remove the line, or take another folder", e);
            }
        }
    }
}
