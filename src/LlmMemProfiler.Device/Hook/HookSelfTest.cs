using LlmMemProfiler.Core.Allocation;
using TorchSharp;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// The hook relies on an internal libtorch interface that may change, so first one tensor of known size must appear as exactly
/// one allocation and one free.
/// </summary>
internal static class HookSelfTest
{
    private const int Bytes = 12_345;

    /// <summary>What failed, or null.</summary>
    /// <param name="install">Makes a hook on the calling thread, for the CPU, still paused.</param>
    public static string? Failure(Func<AllocationHook> install)
    {
        // Triggers whatever torch sets up at its first tensor.
        torch.zeros(1).Dispose();
        using var hook = install();
        var seen = new Recorder();
        hook.Resume();
        torch.empty(Bytes, dtype: torch.int8).Dispose();
        hook.Pause();
        torch.empty(Bytes, dtype: torch.int8).Dispose();
        hook.Drain(seen);
        return seen.Sizes is [Bytes, -Bytes]
            ? null
            : $"the hook's self-test failed: one tensor of {Bytes} bytes appeared as [{string.Join(", ", seen.Sizes)}]; allocations cannot be recorded";
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<long> Sizes { get; } = [];

        public void Add(in AllocationEvent e) => Sizes.Add(e.Size);
    }
}
