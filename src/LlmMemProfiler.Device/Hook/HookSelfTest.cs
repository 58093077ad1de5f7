using LlmMemProfiler.Core.Allocation;
using TorchSharp;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// The hook relies on an internal interface of libtorch, which can change: before it is believed, one tensor of known size
/// must show as exactly one allocation and one free.
/// </summary>
internal static class HookSelfTest
{
    private const int Bytes = 12_345;

    /// <summary>What went wrong, or null.</summary>
    /// <param name="install">Makes a hook on the calling thread, for the CPU, still paused.</param>
    public static string? Failure(Func<AllocationHook> install)
    {
        // What torch sets up at its first tensor is not the test's business.
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
            : $"the hook's self-test failed: one tensor of {Bytes} bytes showed as [{string.Join(", ", seen.Sizes)}]; allocations cannot be seen";
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<long> Sizes { get; } = [];

        public void Add(in AllocationEvent e) => Sizes.Add(e.Size);
    }
}
