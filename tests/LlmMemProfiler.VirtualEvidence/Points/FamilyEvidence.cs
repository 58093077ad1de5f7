using System.Globalization;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Runs each family with each workload on the CPU and on virtual GPUs of five generations, and writes what was predicted.</summary>
internal static class FamilyEvidence
{
    private const string Says = """
        # Tiny models of each family, executed by the real libtorch on this CPU and on virtual GPUs: FP16, BF16 and FP32 with each cache, prompts whole and
        # in chunks, both attentions, and INT8 weights; of how many points every event, the events of what outlives its operation, the allocated and the
        # reserved peak were predicted exactly. On a CPU the scratch of kernels is predicted for FP32 alone, and there is no reserved peak. Made by
        # scripts/virtual-evidence.sh --families.
        """;

    private static readonly string[] Devices = [PointRun.Cpu, "t4", "a100-40", "rtx-4090", "h100", "b200"];

    /// <returns>0 if each point was predicted, 1 if one differs or a process failed.</returns>
    public static async Task<int> Gather(string libtorch, string table)
    {
        var results = new List<PointResult>();
        var (failed, different, count) = (0, 0, FamilyPoints.Rounds * FamilyPoints.Processes);
        var jobs = from device in Devices from number in Enumerable.Range(0, count) select (device, number);
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (job, _) =>
        {
            var (own, errors, code) = await EvidenceProcess.Run("families", job.device, job.number.ToString(CultureInfo.InvariantCulture), libtorch);
            lock (results)
            {
                results.AddRange(own);
                foreach (var result in own.Where(r => !IsPredicted(r)))
                {
                    different++;
                    Console.WriteLine($"{job.device}, process {job.number}, {result.Model}: {result.Difference}\n  {result.Command}");
                }
                if (code != 0 || own.Count != FamilyPoints.Of(job.number).Count)
                {
                    failed++;
                    Console.WriteLine($"{job.device}, process {job.number} ended with {code} after {own.Count} points: {errors}");
                }
                if (results.Count % 500 < own.Count)
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count:N0} points"));
            }
        });
        var rows = results.GroupBy(r => (r.Model, r.Gpu)).OrderBy(family => family.Key.Model, StringComparer.Ordinal).ThenBy(family => Array.IndexOf(Devices, family.Key.Gpu));
        string[] columns = ["family", "device", "libtorch", "points", "equal_traces", "equal_tensors", "equal_allocated", "equal_reserved", "events"];
        await File.WriteAllTextAsync(table, string.Join('\n', [Says, string.Join('\t', columns), .. rows.Select(family => Line(family.Key.Model, family.Key.Gpu, [.. family])), ""]));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Count:N0} points of {results.Select(r => r.Model).Distinct().Count()} models on {Devices.Length} devices, {results.Sum(r => r.Events):N0} events: {different} differ, {failed} processes failed; written to {table}"));
        return different + failed == 0 ? 0 : 1;
    }

    /// <summary>On a CPU, what narrow kernels take besides is not predicted.</summary>
    private static bool IsPredicted(PointResult result) => result.Gpu == PointRun.Cpu ? result.AreTensorsEqual : result.Difference is null;

    private static string Line(string family, string device, IReadOnlyList<PointResult> points) => string.Create(
        CultureInfo.InvariantCulture,
        $"{family}\t{(device == PointRun.Cpu ? device : $"virtual:{device}")}\t{points[0].LibTorch}\t{points.Count}\t{points.Count(r => r.IsTraceEqual)}\t{points.Count(r => r.AreTensorsEqual)}\t" +
        $"{points.Count(r => r.IsAllocatedEqual)}\t{(device == PointRun.Cpu ? "" : points.Count(r => r.IsReservedEqual))}\t{points.Sum(r => r.Events)}");
}
