using System.Globalization;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Runs many processes of random points, as many at a time as there are processors, and writes the table of what was checked.</summary>
internal static class Evidence
{
    /// <returns>0 if each point was predicted, 1 if one differs or a process failed.</returns>
    public static async Task<int> Gather(int points, int seed, string libtorch, string table)
    {
        var results = new List<PointResult>();
        var failed = 0;
        var processes = (points + PointProcess.Size - 1) / PointProcess.Size;
        await Parallel.ForAsync(0, processes, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (number, _) =>
        {
            var (own, errors, code) = await EvidenceProcess.Run("process", seed.ToString(CultureInfo.InvariantCulture), number.ToString(CultureInfo.InvariantCulture), libtorch);
            lock (results)
            {
                results.AddRange(own);
                foreach (var result in own.Where(r => r.Difference is not null))
                    Console.WriteLine($"seed {seed}, process {number}, point {result.Place}: {result.Difference}\n  {result.Command}");
                if (code != 0 || own.Count != PointProcess.Size)
                {
                    failed++;
                    Console.WriteLine($"seed {seed}, process {number} ended with {code} after {own.Count} points: {errors}");
                }
                if (results.Count % 500 < own.Count)
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count:N0} of {processes * PointProcess.Size:N0} points"));
            }
        });
        var different = results.Count(r => r.Difference is not null);
        EvidenceTable.Write(table, seed, results);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Count:N0} points of {results.Select(r => r.Gpu).Distinct().Count()} cards, {results.Sum(r => r.Events):N0} events: {different} differ, {failed} processes failed; written to {table}"));
        return different + failed == 0 ? 0 : 1;
    }
}
