using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// Closed forms from first principles: persistent tensors (weights, cache, token ids) plus the peak of the temporary ones
/// over the moments of a pass. The moments are those of <see cref="Transformer{TTensor}"/>.
/// </summary>
public static class AnalyticEstimator
{
    public const string Name = "analytic";

    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload)
    {
        var table = TensorTable.For(model, workload);
        var lasting = new Moment("load", (Part.Weights, table.Size(Part.Weights)), (Part.Inputs, table.Size(Part.Inputs)));
        var loaded = new Moment("load", (Part.KvCache, table.Size(Part.KvCache)));

        var phases = new List<(Phase Phase, Moment Peak)>
        {
            (Phase.Load, loaded.Plus(lasting)),
            (Phase.Prefill, Peak(Prefill(model, workload), lasting)),
        };
        if (workload.NewTokens > 1)
        {
            // A step's tensors never shrink as the sequence grows, so the last step is the peak.
            var last = new PassMoments(model, workload, position: workload.Length - 2, tokens: 1);
            phases.Add((Phase.Decode, Peak(last.Of(withLogits: true, isChoosing: true), lasting)));
        }

        var (phase, peak) = phases.MaxBy(p => p.Peak.Size);
        return new()
        {
            Estimator = Name,
            Parts = peak.Account,
            TensorParts = peak.Account,
            TensorPeak = peak.Size,
            Low = peak.Size,
            Phases = [.. phases.Select(p => new PhaseEstimate(p.Phase, p.Peak.Size))],
            PeakAt = $"{phase.Name()}, {peak.Name}",
            Unknown = Unknowns.WithoutTarget,
        };
    }

    /// <summary>
    /// Passes of equal length grow with their position, so the last full chunk is the largest; the last pass may be
    /// shorter, and is the one that picks a token.
    /// </summary>
    private static IEnumerable<Moment> Prefill(ModelSpec model, Workload workload)
    {
        var last = workload.PrefillPasses - 1;
        foreach (var pass in (int[])[Math.Max(last - 1, 0), last])
        {
            var (position, tokens) = workload.PrefillPass(pass);
            var withLogits = pass == last || workload.Logits == LogitsFor.All;
            foreach (var moment in new PassMoments(model, workload, position, tokens).Of(withLogits, isChoosing: pass == last))
                yield return moment;
        }
    }

    private static Moment Peak(IEnumerable<Moment> moments, Moment lasting) => moments.MaxBy(m => m.Size)!.Plus(lasting);
}
