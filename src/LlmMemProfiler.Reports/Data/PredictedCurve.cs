using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Reports.Data;

/// <summary>A predicted level for each decode step; step 0 is the prefill.</summary>
/// <param name="Steps">Ascending.</param>
/// <param name="Bytes">Highest level within the step, the weights included.</param>
/// <param name="HasScratch">True for the level of all blocks, false for that of tensors alone.</param>
public sealed record PredictedCurve(IReadOnlyList<int> Steps, IReadOnlyList<long> Bytes, bool HasScratch)
{
    /// <summary>Larger decodes are not simulated for a picture: a record from outside may name any number.</summary>
    private const long MostLayerSteps = 2_000_000;

    /// <summary>What a record's estimate says of its steps; null where it says nothing of any.</summary>
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

    /// <summary>The symbolic run of a point; null where its numbers make no model, or one too large.</summary>
    public static PredictedCurve? Simulate(ReportPoint point)
    {
        try
        {
            var model = point.Model.ToSpec();
            var workload = point.Workload.ToWorkload(model);
            if ((long)model.Layers * (workload.NewTokens + workload.PrefillPasses) > MostLayerSteps)
                return null;
            var ledger = new AllocationLedger();
            SymbolicRun.Decode(model, workload, ledger);
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
