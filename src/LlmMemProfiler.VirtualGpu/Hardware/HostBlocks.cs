using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>Host memory that a program allocates through a device's interface, or tells it of: page-locked memory of real devices.</summary>
internal sealed unsafe partial class HostBlocks : IDisposable
{
    private const int Most = 1 << 16;
    private const int Alignment = 4096;

    private readonly Block* blocks = (Block*)NativePages.Table((long)Most * sizeof(Block));
    private readonly SpinGate gate = SpinGate.Create();
    private int count;

    /// <summary>Allocates host memory; none for no bytes.</summary>
    public Outcome Allocate(ulong bytes, out void* at)
    {
        at = null;
        if (bytes == 0)
            return Outcome.Ok;
        if (bytes > VirtualMemory.MostBytes)
            return Outcome.OutOfMemory;
        void* found;
        if (AlignedAllocate(&found, Alignment, (nuint)bytes) != 0)
            return Outcome.OutOfMemory;
        if (!TryAdd(new() { At = found, Bytes = (long)bytes, IsOwned = true }))
        {
            Release(found);
            return Outcome.OutOfMemory;
        }
        at = found;
        return Outcome.Ok;
    }

    /// <summary>Takes note of memory that the program has.</summary>
    public Outcome Register(void* at, ulong bytes) =>
        at is null || bytes is 0 or > VirtualMemory.MostBytes ? Outcome.Invalid
        : TryAdd(new() { At = at, Bytes = (long)bytes }) ? Outcome.Ok
        : Outcome.OutOfMemory;

    /// <summary>Frees memory that was allocated here, or forgets what was registered.</summary>
    public Outcome Remove(void* at, bool isOwned)
    {
        gate.Enter();
        var index = count - 1;
        while (index >= 0 && (blocks[index].At != at || blocks[index].IsOwned != isOwned))
            index--;
        if (index >= 0)
            blocks[index] = blocks[--count];
        gate.Leave();
        if (index >= 0 && isOwned)
            Release(at);
        return index >= 0 ? Outcome.Ok : Outcome.Invalid;
    }

    /// <summary>True for an address inside any of them.</summary>
    public bool Contains(void* at)
    {
        gate.Enter();
        var index = count - 1;
        while (index >= 0 && !(at >= blocks[index].At && (ulong)at - (ulong)blocks[index].At < (ulong)blocks[index].Bytes))
            index--;
        gate.Leave();
        return index >= 0;
    }

    public void Dispose()
    {
        NativePages.Free((byte*)blocks, (long)Most * sizeof(Block));
        gate.Free();
    }

    private bool TryAdd(Block block)
    {
        gate.Enter();
        var isRoom = count < Most;
        if (isRoom)
            blocks[count++] = block;
        gate.Leave();
        return isRoom;
    }

    [LibraryImport("libc", EntryPoint = "posix_memalign")]
    private static partial int AlignedAllocate(void** at, nuint alignment, nuint bytes);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Release(void* at);

    private struct Block
    {
        public void* At;
        public long Bytes;
        public bool IsOwned;
    }
}
