using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Device.Hook;

/// <summary>Why libtorch reports no allocation, although it makes some.</summary>
/// <remarks>
/// c10, <c>cuda/CUDACachingAllocator.cpp</c>, <c>forceUncachedAllocator</c>: memory then comes from the driver without a report. Seen
/// with libtorch 2.10.0 on a virtual GPU, that is, on a stand-in for CUDA's runtime: '1' does so, '0' does not.
/// </remarks>
public static class Blindness
{
    private const string Uncached = "PYTORCH_NO_CUDA_MEMORY_CACHING";
    private const string Asynchronous = "backend:cudaMallocAsync";

    /// <param name="variable">Looks up a variable of this process; null if not set.</param>
    public static string Reason(Func<string, string?> variable) => Cause(variable) switch
    {
        Uncached => $"libtorch reported none of its allocations, since {Uncached}={variable(Uncached)} bypasses the allocator that reports them; unset it",
        { } name => $"libtorch reported none of its allocations, since {name} sets {Asynchronous}, which reports none; unset it",
        null => "libtorch reported none of its allocations; its allocator is not the one that reports them",
    };

    /// <summary>The variable to unset; null if none is to blame.</summary>
    /// <param name="variable">Looks up a variable of this process; null if not set.</param>
    public static string? Cause(Func<string, string?> variable)
    {
        if (variable(Uncached) is { Length: > 0 })
            return Uncached;
        var (name, text) = AllocatorOptions.Find(variable);
        return text.Replace(" ", "", StringComparison.Ordinal).Contains(Asynchronous, StringComparison.Ordinal) ? name : null;
    }
}
