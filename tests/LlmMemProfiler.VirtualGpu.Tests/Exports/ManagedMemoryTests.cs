using static LlmMemProfiler.VirtualGpu.Tests.Exports.LoadedStandIn;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>A call must not start a collection: another thread may be inside one.</summary>
[Collection(nameof(AloneWithTheDevices))]
public sealed unsafe class ManagedMemoryTests
{
    [Fact]
    public void No_call_allocates_managed_memory()
    {
        var (allocate, free, copy) = (Find("cudaMalloc"), Find("cudaFree"), Find("cudaMemcpy"));
        var (create, destroy, launch) = (Find("cudaEventCreate"), Find("cudaEventDestroy"), Find("cudaLaunchKernel"));
        // Code is compiled, and functions of the C library are found, at their first call.
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            nint at, made;
            var host = stackalloc byte[64];
            foreach (var bytes in (ReadOnlySpan<int>)[512, 5 << 20])
            {
                _ = Call(allocate, (nint)(&at), bytes);
                _ = Call(copy, at, (nint)host, 64, 1);
                _ = Call(copy, (nint)host, at, 64, 2);
                _ = Call(free, at);
                _ = Call(free, at);
            }
            _ = Call(create, (nint)(&made));
            _ = Call(destroy, made);
            _ = Call(launch, 0, 1, 1, 1, 1);
        }
    }
}
