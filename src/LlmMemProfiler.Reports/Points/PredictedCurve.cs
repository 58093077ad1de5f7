using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Measurement;

namespace LlmMemProfiler.Reports.Points;

/// <summary>A predicted level for each decode step; step 0 is the prefill.</summary>
/// <param name="Steps">Ascending.</param>
/// <param name="Bytes">Highest level of tensors within the step, the weights included.</param>
public sealed record PredictedCurve(IReadOnlyList<int> Steps, IReadOnlyList<long> Bytes)
{
    /// <summary>Larger decodes are not simulated for a picture: a record from outside may name any number.</summary>
    private const long MostLayerSteps = 2_000_000;

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
            return new([.. steps.Select(s => s.Key)], [.. steps.Select(s => s.Peak)]);
        }
        catch (Exception e) when (e is InputException or OverflowException)
        {
            return null;
        }
    }
}
