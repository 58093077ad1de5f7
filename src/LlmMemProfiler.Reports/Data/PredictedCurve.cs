using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Reports.Data;

/// <summary>Predicted peak in each decode step; step 0 is the prefill.</summary>
/// <param name="Steps">Ascending.</param>
/// <param name="Bytes">Peak within the step, including weights.</param>
/// <param name="HasScratch">True if kernels' scratch is included; false for tensors alone.</param>
public sealed record PredictedCurve(IReadOnlyList<int> Steps, IReadOnlyList<long> Bytes, bool HasScratch)
{
    /// <summary>Reads an estimate's curve; null if it has none.</summary>
    public static PredictedCurve? Of(MemoryEstimate? estimate)
    {
        if (estimate?.Curve is not { } curve)
            return null;
        var bytes = curve.Allocated ?? curve.Tensors;
        var levels = new SortedDictionary<int, long>();
        for (var i = 0; i < Math.Min(curve.Phase.Count, Math.Min(curve.Step.Count, bytes.Count)); i++)
        {
            if (curve.Phase[i] is not (Phase.Prefill or Phase.Decode))
                continue;
            var step = curve.Phase[i] == Phase.Prefill ? 0 : curve.Step[i];
            levels[step] = Math.Max(bytes[i].Bytes, levels.GetValueOrDefault(step));
        }
        return levels.Count > 1 ? new([.. levels.Keys], [.. levels.Values], curve.Allocated is not null) : null;
    }

    /// <summary>
    /// Runs a point symbolically, without a device's kernels; null if its model is invalid, if it takes longer than the watch allows (a
    /// record from outside may have any size), or if blocks were measured, which such a run does not know.
    /// </summary>
    public static PredictedCurve? Simulate(ReportPoint point, SimulationWatch watch)
    {
        if (point.Measured.TensorParts.Counted != Counted.Requests)
            return null;
        try
        {
            var model = point.Model.ToSpec();
            var workload = point.Workload.ToWorkload(model);
            var ledger = new AllocationLedger();
            SymbolicRun.Decode(model, workload, ledger, watch: watch);
            ledger.Flush();
            var steps = ledger.Steps.Where(s => s.Phase is Phase.Prefill or Phase.Decode)
                .GroupBy(s => s.Phase == Phase.Prefill ? 0 : s.Step)
                .OrderBy(s => s.Key)
                .Select(s => (s.Key, Peak: s.Max(step => step.TensorPeak.Size.Bytes)))
                .ToArray();
            return new([.. steps.Select(s => s.Key)], [.. steps.Select(s => s.Peak)], HasScratch: false);
        }
        catch (Exception e) when (e is InputException or OverflowException)
        {
            return null;
        }
    }
}
