using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Measurement;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

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
            var model = ModelOf(point.Model);
            var workload = WorkloadOf(point.Workload)?.ValidatedFor(model);
            if (workload is null || (long)model.Layers * (workload.NewTokens + workload.PrefillPasses) > MostLayerSteps)
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

    private static ModelSpec ModelOf(ModelFacts m) => new ModelSpec
    {
        Name = m.Name,
        Layers = m.Layers,
        DModel = m.DModel,
        Heads = m.Heads,
        KvHeads = m.KvHeads,
        DFf = m.DFf,
        Vocabulary = m.Vocabulary,
        Positions = m.Positions,
        TiedOutput = m.TiedOutput,
        LinearBias = m.LinearBias,
        FinalNorm = m.FinalNorm,
    }.Validated("record");

    private static Workload? WorkloadOf(WorkloadFacts w) =>
        DataTypes.OfWeights.TryGetValue(w.Dtype, out var type) && DataTypes.OfWeights.TryGetValue(w.KvDtype, out var kvType)
            ? new()
            {
                Batch = w.Batch,
                Prompt = w.Prompt,
                NewTokens = w.NewTokens,
                Type = type,
                KvType = kvType,
                Cache = w.Cache switch
                {
                    "concat" => CachePolicy.Concat,
                    "paged" => CachePolicy.Paged,
                    _ => CachePolicy.Preallocated,
                },
                CacheBlock = w.CacheBlock ?? 16,
                Attention = w.Attention == "math" ? AttentionKernel.Math : AttentionKernel.Fused,
                PrefillChunk = w.PrefillChunk,
                Logits = w.Logits == "all" ? LogitsFor.All : LogitsFor.Last,
            }
            : null;
}
