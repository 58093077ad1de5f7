using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models.Families;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class PeakTests
{
    private readonly CachingAllocator allocator = new();

    [Fact]
    public void Parts_add_up_to_the_reserved_bytes_at_each_peak()
    {
        allocator.Allocate(1, 11 * MiB, Is(Part.Weights, 0));
        allocator.Allocate(2, 1000, Is(Part.Logits, 0));
        allocator.Free(1);
        allocator.Allocate(3, 2 * MiB, Is(Part.Activations, 1));

        var peak = allocator.AllocatedPeak;
        Assert.Equal(((12 * MiB) + 1024, 14 * MiB, 2L), (peak.Levels.Allocated.Bytes, peak.Levels.Reserved.Bytes, peak.Event));
        Assert.Equal([11 * MiB, 0, 0, 1000, 0, 0, MiB + 24, (2 * MiB) - 1024], peak.Account.Known.Select(p => p.Size.Bytes));
        Assert.Equal((Phase.Decode, 0, Part.Logits), (peak.Tag.Phase, peak.Tag.Step, peak.Tag.Part));
        Assert.Equal(peak.Levels, allocator.ReservedPeak.Levels);
    }

    /// <summary>The profiler's own warm-up is over when loading begins: what it took and gave back is no part of the run.</summary>
    [Fact]
    public void Peaks_begin_with_what_the_warm_up_leaves()
    {
        allocator.Allocate(1, 3 * MiB, Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.KeepWorkspace, 0));
        allocator.Allocate(2, 9 * MiB, Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.Linear, 1));
        allocator.Free(2, Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.Linear, 2));

        allocator.Allocate(3, MiB, Tag.Of(Phase.Load, 0, null, Part.Weights, Operation.Zeros, 3));

        Assert.Equal(4 * MiB, allocator.AllocatedPeak.Levels.Allocated.Bytes);
        Assert.Equal(Phase.Load, allocator.AllocatedPeak.Tag.Phase);
        // The segments stay.
        Assert.Equal(22 * MiB, allocator.ReservedPeak.Levels.Reserved.Bytes);
    }

    [Fact]
    public void Each_step_has_its_own_peaks()
    {
        allocator.Allocate(1, MiB, Is(Part.Weights, 0));
        allocator.Allocate(2, 600 * KiB, Is(Part.Logits, 1));
        allocator.Free(2, Is(Part.Logits, 1));
        allocator.Free(1, Is(Part.Weights, 2));
        allocator.Allocate(3, KiB, Is(Part.Weights, 2));

        Assert.Equal(
            [(0, MiB, 2 * MiB), (1, MiB + (600 * KiB), 2 * MiB), (2, MiB, 2 * MiB)],
            allocator.Steps.Select(s => (s.Step, s.Peaks.Allocated.Bytes, s.Peaks.Reserved.Bytes)));
    }

    [Fact]
    public void What_its_own_operation_frees_again_was_scratch_at_the_peak()
    {
        allocator.Allocate(1, 1000, Is(Part.Activations, 0, Operation.Linear, 1));
        allocator.Allocate(2, 3000, Is(Part.Activations, 0, Operation.Linear, 1));
        allocator.Free(2, Is(Part.Activations, 0, Operation.Linear, 1));
        allocator.Free(1, Is(Part.Activations, 0, Operation.Gelu, 2));

        var account = allocator.AllocatedPeak.Account;
        Assert.Equal((1000, 3000), (account[Part.Activations]!.Value.Bytes, account[Part.Workspace]!.Value.Bytes));
    }

    [Fact]
    public void Scratch_that_comes_after_a_peak_leaves_its_owners_alone()
    {
        allocator.Allocate(1, 5000, Is(Part.Activations, 0));
        allocator.Free(1, Is(Part.Activations, 0));
        allocator.Allocate(2, 1000, Is(Part.Activations, 0, Operation.Linear, 1));
        allocator.Free(2, Is(Part.Activations, 0, Operation.Linear, 1));

        Assert.Equal(5000, allocator.AllocatedPeak.Account[Part.Activations]!.Value.Bytes);
    }

    /// <summary>A decode of the tiny model: its requests are the ledger's, for each owner, and its blocks are no fewer.</summary>
    [Fact]
    public void Requests_and_owners_are_those_of_the_ledger()
    {
        var stream = new Recording();
        SymbolicRun.Decode(ModelPresets.Find("tiny"), new() { Batch = 1, Prompt = 8, NewTokens = 4 }, stream);
        var ledger = new AllocationLedger();
        foreach (var e in stream.Events)
        {
            ledger.Add(e);
            allocator.Add(e);
        }
        ledger.Flush();

        var (allocated, reserved) = (allocator.AllocatedPeak.Levels.Allocated, allocator.ReservedPeak.Levels.Reserved);
        Assert.True(ledger.AllocatedPeak.Size < allocated && allocated <= reserved);
        Assert.Equal(ledger.Allocated, allocator.Levels.Requested);
        Assert.Equal(ledger.Steps.Select(s => s.AllocatedPeak.Size), allocator.Steps.Select(s => s.Peaks.Requested));
    }

    /// <summary>Granules into expandable segments: no block is larger than its request, so both have the same levels.</summary>
    [Fact]
    public void Where_nothing_is_rounded_owners_and_scratch_at_the_peak_are_the_ledgers() => RandomStream.Any.Sample(
        stream =>
        {
            var (simulated, ledger) = (new CachingAllocator(new() { ExpandableSegments = true }), new AllocationLedger());
            foreach (var e in stream)
            {
                var inGranules = e with { Size = e.Size * AllocatorSizes.MinBlockSize };
                simulated.Add(inGranules);
                ledger.Add(inGranules);
            }
            ledger.Flush();

            var (expected, peak) = (ledger.AllocatedPeak, simulated.AllocatedPeak);
            Assert.Equal((expected.Size, expected.Tag), (peak.Levels.Allocated, peak.Tag));
            Assert.Equal(expected.Account.Known, peak.Account.Known.Take(Parts.Owners));
            Assert.Equal(
                ledger.Steps.Select(s => (s.Phase, s.Step, s.AllocatedPeak.Size)),
                simulated.Steps.Select(s => (s.Phase, s.Step, s.Peaks.Allocated)));
        },
        iter: 2_000);

    private static Tag Is(Part part, int step, Operation operation = Operation.None, uint sequence = 0) =>
        Tag.Of(Phase.Decode, step, null, part, operation, sequence);
}
