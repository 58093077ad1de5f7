using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// Runs the decode symbolically, for a GPU through the simulated CUDA caching allocator, and reports the peaks. For a GPU all
/// levels, the tensor peak too, count the allocator's blocks, as the hook does there.
/// </summary>
public static class SimulatedEstimator
{
    public const string Name = "simulated";

    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="target">The device; null if unknown, which leaves only tensors.</param>
    /// <param name="watch">Follows the run; null for none.</param>
    /// <param name="requests">Keeps the requests, for a verdict; null for none.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    /// <exception cref="InputException">It takes longer than the watch allows.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload, Target? target = null, SimulationWatch? watch = null, SimulatedRequests? requests = null) =>
        Estimate(model, workload, target, watch, ExpertLoads.Balanced, requests)
            .WithWorst(model, () => Estimate(model, workload, target, watch, ExpertLoads.Worst, requests: null));

    private static MemoryEstimate Estimate(
        ModelSpec model, Workload workload, Target? target, SimulationWatch? watch, ExpertLoads loads, SimulatedRequests? requests)
    {
        var ledger = new AllocationLedger();
        var (allocator, rising) = Run(model, workload, ledger, target, watch, loads, requests);
        ledger.Flush();

        var isComplete = target is { NotSimulated: null, Kernels.Unknown.Count: 0 };
        var parts = PartsAtPeak(ledger, allocator, isComplete);
        var steps = Steps(ledger, allocator, isComplete);
        return new()
        {
            Estimator = Name,
            Target = target?.Kernels.Name,
            Parts = parts,
            TensorParts = ledger.TensorPeak.Account.As(allocator is null ? Counted.Requests : Counted.Blocks),
            TensorPeak = ledger.TensorPeak.Size,
            AllocatedPeak = allocator?.AllocatedPeak.Levels.Allocated ?? (isComplete ? ledger.AllocatedPeak.Size : null),
            ReservedPeak = allocator?.ReservedPeak.Levels.Reserved,
            ReservedPeakRising = rising?.ReservedPeak.Levels.Reserved is { } other && other != allocator?.ReservedPeak.Levels.Reserved ? other : null,
            Low = parts.Total,
            Phases = Phases(steps),
            PeakAt = ledger.TensorPeak.Tag.ToString(),
            TotalAt = allocator?.ReservedPeak.Tag ?? (isComplete ? ledger.AllocatedPeak.Tag : ledger.TensorPeak.Tag),
            ReservedPeakAt = allocator?.ReservedPeak.Tag.ToString(),
            OutOfMemory = allocator?.OutOfMemory?.ToString(),
            Curve = StepCurve.Of(steps),
            Unknown = Unknowns.Of(target),
        };
    }

    /// <returns>The allocator that the run went through, and one with rising addresses; null if the target has none.</returns>
    private static (CachingAllocator?, CachingAllocator?) Run(
        ModelSpec model, Workload workload, AllocationLedger ledger, Target? target, SimulationWatch? watch, ExpertLoads loads, SimulatedRequests? requests)
    {
        if (target?.Allocator is not { } settings)
        {
            SymbolicRun.Decode(model, workload, new SectionRecorder(new SteadyRepeater(ledger)), target?.Kernels, watch, loads);
            return default;
        }
        // The warm-up's events do not count, but the workspaces that it leaves do.
        var warmUp = new WarmUpBlocks();
        var blocks = new SwitchedSink(warmUp);
        var allocator = new CachingAllocator(settings, blocks);
        var rising = new CachingAllocator(settings with { RisingAddresses = true });
        ISectionSink[] both = [new SteadyRepeater(allocator), new SteadyRepeater(rising)];
        SymbolicRun.Through(new SectionRecorder(requests is null ? both : [requests.Tape, .. both]), model, workload, target.Kernels, () =>
        {
            warmUp.CarryOver(ledger);
            blocks.Next = ledger;
        }, watch, loads);
        requests?.Allocator = allocator;
        return (allocator, rising);
    }

    /// <summary>
    /// Parts at the peak of the highest known level; of a caching allocator those of the allocated peak, and as slack whatever is reserved
    /// beside them at the most, as a measurement takes them.
    /// </summary>
    private static MemoryAccount PartsAtPeak(AllocationLedger ledger, CachingAllocator? allocator, bool isComplete) =>
        allocator is not null ? WithSlack(allocator) : isComplete ? ledger.AllocatedPeak.Account : ledger.TensorPeak.Account;

    private static MemoryAccount WithSlack(CachingAllocator allocator)
    {
        var (allocated, reserved) = (allocator.AllocatedPeak, allocator.ReservedPeak.Levels.Reserved);
        return new([.. allocated.Account.Known.Where(p => p.Part != Part.Slack), (Part.Slack, reserved - allocated.Levels.Allocated)]);
    }

    private static List<StepLevels> Steps(AllocationLedger ledger, CachingAllocator? allocator, bool isComplete)
    {
        var simulated = allocator?.Steps.ToDictionary(s => (s.Phase, s.Step), s => s.Peaks);
        return [.. ledger.Steps.Where(s => s.Phase != Phase.Init).Select(s =>
        {
            AllocatorLevels? levels = simulated is not null && simulated.TryGetValue((s.Phase, s.Step), out var found) ? found : null;
            return new StepLevels(
                s.Phase, s.Step, s.TensorPeak.Size,
                levels?.Allocated ?? (isComplete && allocator is null ? s.AllocatedPeak.Size : null),
                levels?.Reserved);
        })];
    }

    private static IReadOnlyList<PhaseEstimate> Phases(List<StepLevels> steps) =>
        [.. steps.GroupBy(s => s.Phase).Select(phase => new PhaseEstimate(
            phase.Key, phase.Max(s => s.Tensors), phase.Max(s => s.Allocated), phase.Max(s => s.Reserved)))];
}
