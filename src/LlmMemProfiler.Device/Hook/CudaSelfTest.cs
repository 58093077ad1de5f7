using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using TorchSharp;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// Verifies the hook on a GPU: one tensor of known size must appear as one block, rounded as CUDA's caching allocator rounds,
/// and the allocator's own statistics must change by the same amount.
/// </summary>
public static class CudaSelfTest
{
    private const int Bytes = 12_345;
    private const long Granule = 512;
    private const long Block = (Bytes + Granule - 1) / Granule * Granule;

    /// <summary>Runs it on the calling thread.</summary>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="index">Number of the GPU.</param>
    public static CudaSelfTestResult Run(LibTorchLibrary library, int index)
    {
        var device = torch.device($"cuda:{index}");
        // Creates the context and whatever torch sets up at its first tensor.
        torch.zeros(1, device: device).Dispose();
        using var hook = AllocationHook.TryInstall(library, new TagCursor(), HookDevice.Cuda(index), out var reason);
        if (hook is null)
            return new(reason, null, "the hook is unavailable");
        var statistics = DeviceAllocator.TryOpen(library, index, out var silent);
        var seen = new Recorder();
        var before = statistics?.Read();
        var tensor = torch.empty(Bytes, dtype: torch.int8, device: device);
        var during = statistics?.Read();
        tensor.Dispose();
        hook.Pause();
        hook.Drain(seen);
        return new(Judge(seen.Events, before, during), statistics?.Read(), silent);
    }

    /// <summary>Checks the recorded events of the one tensor against the rounding rule, and against the statistics if available.</summary>
    internal static string? Judge(IReadOnlyList<AllocationEvent> seen, AllocatorTotals? before, AllocatorTotals? during)
    {
        if (seen.Count == 0)
            return Blindness.Reason(Environment.GetEnvironmentVariable);
        if (seen is not [{ Size: Block } allocation, { Size: -Block }])
            return $"one tensor of {Bytes} bytes appeared as [{string.Join(", ", seen.Select(e => e.Size))}] instead of [{Block}, {-Block}]";
        if (before is null || during is null)
            return null;
        var (requested, allocated) = (during.Requested - before.Requested, during.Allocated - before.Allocated);
        if (requested != new ByteSize(Bytes) || allocated != new ByteSize(Block))
        {
            return $"one tensor of {Bytes} bytes changed the allocator's statistics by {requested.ToExactString()} requested and {allocated.ToExactString()} allocated, " +
                $"instead of {Bytes} and {Block}";
        }
        return during.Reserved.Bytes == allocation.Reserved
            ? null
            : $"the hook recorded {new ByteSize(allocation.Reserved).ToExactString()} reserved, the allocator reports {during.Reserved.ToExactString()}";
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}

/// <summary>The result of a self-test.</summary>
/// <param name="Failure">What failed, or null.</param>
/// <param name="Totals">The allocator's own statistics afterwards; null if unavailable.</param>
/// <param name="NoTotalsReason">Why they are unavailable.</param>
public sealed record CudaSelfTestResult(string? Failure, AllocatorTotals? Totals, string? NoTotalsReason);
