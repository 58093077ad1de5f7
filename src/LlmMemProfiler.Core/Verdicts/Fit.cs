using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>Whether a workload fits into a memory, by how much, and which moment decides.</summary>
/// <param name="Capacity">The memory.</param>
/// <param name="Needed">What is needed.</param>
/// <param name="Moment">The moment that decides; null if not known.</param>
public sealed record Fit(Capacity Capacity, Needed Needed, Tag? Moment)
{
    private static readonly Part[] Runtime = [Part.Context, Part.Modules];

    /// <summary>Null where it cannot be given; <see cref="Unknown"/> then says why.</summary>
    public Verdict? Verdict { get; private init; }

    /// <summary>Bytes that are left of the capacity to the size that decides; below zero where it is too little. Null without a verdict.</summary>
    public ByteSize? Margin { get; private init; }

    /// <summary>What the allocator may hold by its options, where that decides instead of the capacity; else null.</summary>
    public ByteSize? Limit { get; private init; }

    /// <summary>Parts of the runtime's memory that nothing is known of; they come on top of what is needed.</summary>
    public IReadOnlyList<Part> Besides { get; private init; } = [];

    /// <summary>Why there is no verdict; null if there is one.</summary>
    public string? Unknown { get; private init; }

    /// <summary>The verdict on an estimate.</summary>
    /// <param name="estimate">By the simulation, with what is known of the runtime added.</param>
    /// <param name="capacity">The memory.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="target">The device that was simulated.</param>
    /// <param name="watch">Follows the search for the smallest capacity; null for none.</param>
    /// <param name="requests">Those that the estimate kept; null to simulate them again.</param>
    /// <exception cref="InputException">A size does not fit 64 bits.</exception>
    public static Fit Of(
        MemoryEstimate estimate, Capacity capacity, ModelSpec model, Workload workload, Target target, SimulationWatch? watch = null,
        SimulatedRequests? requests = null) =>
        Estimators.Counted(model, workload, () => Unexecuted.In(model) is { } what
            ? OfLasting(estimate, capacity, what)
            : target.Allocator is not { } settings
            ? OfTotal(estimate, capacity, target)
            : estimate.OutOfMemory is null
            ? OfAllocator(estimate, capacity, new(model, workload, target, watch, requests), new(model, workload, target, watch, loads: ExpertLoads.Worst), settings)
            : OfRefused(estimate, capacity, new(model, workload, target, watch, requests), settings)) with
        {
            Besides = Unseen(estimate),
        };

    /// <summary>Without an allocator that gives back and tries again, the total counts.</summary>
    private static Fit OfTotal(MemoryEstimate estimate, Capacity capacity, Target target)
    {
        var least = estimate.Low ?? estimate.AllocatedPeak ?? estimate.TensorPeak ?? ByteSize.Zero;
        var isKnown = Unseen(estimate).Count == 0 && target.NotSimulated is null;
        var fit = new Fit(capacity, new(least, isKnown ? estimate.Total : null, isKnown ? estimate.High + (estimate.WorstRoutingExtra ?? ByteSize.Zero) : null), estimate.TotalAt).Judged();
        return fit.Verdict == Verdicts.Verdict.Depends && target.NotSimulated is { } reason
            ? fit with { Verdict = null, Margin = null, Unknown = $"what the allocator holds is not known, since {reason}" }
            : fit;
    }

    /// <summary>The runtime's memory counts against the capacity that the allocator sees.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="capacity">The memory.</param>
    /// <param name="search">Of what is needed where each expert gets as many tokens: no routing needs less, and none is known before the run.</param>
    /// <param name="worst">Where all tokens go to the same experts, which counts for the upper bound.</param>
    /// <param name="settings">The allocator's settings.</param>
    private static Fit OfAllocator(MemoryEstimate estimate, Capacity capacity, NeededCapacity search, NeededCapacity worst, AllocatorSettings settings)
    {
        var isKnown = Unseen(estimate).Count == 0;
        // A profile that tells no lower bound leaves what the allocator needs by itself.
        var (low, value, high) = (
            estimate.Low - estimate.ReservedPeak ?? ByteSize.Zero,
            isKnown ? estimate.Total - estimate.ReservedPeak : null,
            isKnown ? estimate.High - estimate.ReservedPeak : null);
        ByteSize?[] rooms = [capacity.Total - low, capacity.Total - value, capacity.Total - high];
        if (search.Find(settings, rooms.OfType<ByteSize>()) is not { } smallest)
            return OfTensors(estimate, capacity);
        var most = high is null || estimate.WorstRoutingExtra is null ? smallest.Size : ByteSize.Max(smallest.Size, worst.Find(settings, rooms.OfType<ByteSize>())?.Size ?? ByteSize.Zero);
        return new Fit(capacity, new(smallest.Size + low, smallest.Size + value, most + high), smallest.DecidedIn).Judged();
    }

    /// <summary>The allocator's options, or its address range, are too small whatever the device has free.</summary>
    private static Fit OfRefused(MemoryEstimate estimate, Capacity capacity, NeededCapacity search, AllocatorSettings settings)
    {
        var free = settings with { Limit = null, GarbageCollectionThreshold = null, DeviceTotal = null };
        if (search.Find(free, settings.Limit ?? capacity.Total ?? ByteSize.Zero) is not { } smallest)
            return OfTensors(estimate, capacity);
        var fit = new Fit(capacity, new(smallest.Size, null, null), smallest.DecidedIn).Judged();
        return settings.Limit is { } limit && fit.Verdict != Verdicts.Verdict.No
            ? fit with { Verdict = Verdicts.Verdict.No, Margin = limit < smallest.Size ? limit - smallest.Size : null, Limit = limit }
            : fit;
    }

    private static Fit OfTensors(MemoryEstimate estimate, Capacity capacity) =>
        new Fit(capacity, new(estimate.TensorPeak ?? ByteSize.Zero, null, null), estimate.TotalAt).Judged();

    /// <summary>What lasts may be too much; if it is not, what a pass takes besides decides.</summary>
    private static Fit OfLasting(MemoryEstimate estimate, Capacity capacity, string unexecuted)
    {
        var fit = new Fit(capacity, new(estimate.Low ?? estimate.TensorPeak ?? ByteSize.Zero, null, null), estimate.TotalAt).Judged();
        return fit.Verdict == Verdicts.Verdict.Depends
            ? fit with { Verdict = null, Margin = null, Unknown = $"what a pass takes besides weights and cache is not known, since the model has {unexecuted}, and the simulation does not yet" }
            : fit;
    }

    /// <summary>Where only one constant is known, it stands for all.</summary>
    private static IReadOnlyList<Part> Unseen(MemoryEstimate estimate) =>
        estimate.Parts[Part.Overhead] is null ? [.. Runtime.Where(part => estimate.Parts[part] is null)] : [];

    private Fit Judged()
    {
        if (Capacity.Total is not { } total)
            return this with { Unknown = $"how much memory {Capacity.Name} has is not known" };
        var (verdict, margin) = Needed.In(total);
        return this with { Verdict = verdict, Margin = margin };
    }
}
