using System.Runtime.InteropServices;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public class CLibraryHeapTests
{
    [Fact]
    public unsafe void What_is_taken_is_held_and_given_back()
    {
        const long size = 512L << 20;
        var before = CLibraryHeap.Reserved();
        Assert.NotNull(before);
        var block = NativeMemory.Alloc((nuint)size);
        var with = CLibraryHeap.Reserved();
        NativeMemory.Free(block);
        var after = CLibraryHeap.Reserved();

        // Other tests of this process may take or free some megabytes meanwhile.
        Assert.InRange((with - before)!.Value.Bytes, size - (64L << 20), size + (64L << 20));
        Assert.InRange((with - after)!.Value.Bytes, size - (64L << 20), size + (64L << 20));
    }
}
