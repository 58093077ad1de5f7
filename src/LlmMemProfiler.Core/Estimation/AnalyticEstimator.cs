using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// Persistent tensors (weights, cache, token ids) plus the peak of the temporary ones in the largest passes, each of which runs once
/// through <see cref="Transformer{TTensor}"/> on shapes alone: no kernels, no allocator, and no run.
/// </summary>
public static class AnalyticEstimator
{
    public const string Name = "analytic";

    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="target">A GPU, whose libraries keep workspaces from the first matmul on; null if unknown.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload, Target? target = null) =>
        Estimate(model, workload, target, ExpertLoads.Balanced).WithWorst(model, () => Estimate(model, workload, target, ExpertLoads.Worst));

    private static MemoryEstimate Estimate(ModelSpec model, Workload workload, Target? target, ExpertLoads loads)
    {
        var loaded = Loaded(model, workload);
        var peaks = Passes(model, workload).Select(pass => SymbolicPass.Peak(model, workload, pass.Phase, pass.Step, loads)).ToList();
        var phases = peaks.GroupBy(peak => peak.Tag.Phase).Select(phase => new PhaseEstimate(phase.Key, phase.Max(peak => peak.Size)));
        var highest = peaks.MaxBy(peak => peak.Size)!;
        var isHigher = highest.Size > loaded.Total;
        var account = isHigher ? highest.Account : loaded;
        var kept = target?.Kind == DeviceKind.Cuda ? SymbolicRun.Kept(model, workload, target.Kernels) : ByteSize.Zero;
        var parts = new MemoryAccount(account.Known.Select(p => p.Part == Part.Workspace ? (p.Part, p.Size + kept) : p));
        return new()
        {
            Estimator = Name,
            Parts = parts,
            TensorParts = account,
            TensorPeak = account.Total,
            Low = parts.Total,
            Phases = [new(Phase.Load, loaded.Total), .. phases],
            PeakAt = isHigher ? highest.Tag.ToString() : Phase.Load.Name(),
            Unknown = Unknowns.WithoutTarget,
        };
    }

    /// <summary>
    /// The largest passes. Those of equal length grow with their position, so of the prompt's it is the last full chunk; its last pass may be
    /// shorter, and is the one that picks a token. Of the steps it is the last one.
    /// </summary>
    /// <remarks>A window that slides over blocks of a cache touches one more at some places: each of them is a pass of its own.</remarks>
    private static IEnumerable<(Phase Phase, int Step)> Passes(ModelSpec model, Workload workload)
    {
        var isSliding = workload.Cache == CachePolicy.Paged && model.Sublayers.OfType<Attention>().Any(attention => attention.Window is not null);
        var places = isSliding ? workload.CacheBlock : 1;
        for (var pass = Math.Max(workload.PrefillPasses - 1 - places, 0); pass < workload.PrefillPasses; pass++)
            yield return (Phase.Prefill, pass);
        for (var step = Math.Max(workload.NewTokens - places, 1); step < workload.NewTokens; step++)
            yield return (Phase.Decode, step);
        foreach (var pass in ChunkedPasses.Of(model, workload, workload.PrefillPasses - 1, workload.PrefillPass))
            yield return (Phase.Prefill, pass);
        foreach (var number in ChunkedPasses.Of(model, workload, workload.NewTokens - 1, number => (workload.Prompt + number, 1)))
            yield return (Phase.Decode, number + 1);
    }

    private static MemoryAccount Loaded(ModelSpec model, Workload workload)
    {
        var table = TensorTable.For(model, workload);
        return new([.. Parts.All.Take(Parts.Owners).Select(part => (part, table.Size(part)))]);
    }
}
