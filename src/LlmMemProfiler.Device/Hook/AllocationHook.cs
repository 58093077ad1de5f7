using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// Sees every allocation and free that libtorch makes on one device, from the thread that created the hook and from .NET's
/// finalizer thread. Events wait in an unmanaged buffer until <see cref="Drain"/>.
/// </summary>
/// <remarks>
/// A tensor that the finalizer frees is a leak of this program: the event is kept, so that no byte is lost, and counted in
/// <see cref="LateFrees"/>.
/// </remarks>
public sealed unsafe class AllocationHook : IDisposable
{
    private const string Push = "_ZN3c1020ThreadLocalDebugInfo5_pushENS_13DebugInfoKindESt10shared_ptrINS_13DebugInfoBaseEE";
    private const int Capacity = 1 << 16;
    private const int LateCapacity = 1 << 12;

    // One for the process, never freed: the finalizer thread may be writing at any moment.
    private static readonly RawEvent* LateBuffer = (RawEvent*)NativeMemory.AllocZeroed(LateCapacity, (nuint)sizeof(RawEvent));

    private readonly TagCursor tags;
    private readonly ushort device;
    private readonly bool reportsRequests;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly ThreadReporter reporter;
    private readonly ThreadReporter late;
    private readonly RawEvent* buffer;
    private long lateSeen;
    private bool disposed;

    private AllocationHook(nint push, TagCursor tags, HookDevice device)
    {
        this.tags = tags;
        this.device = device.Packed;
        // The CPU's allocator reports what was asked for, CUDA's the block that serves it.
        reportsRequests = device == HookDevice.Cpu;
        buffer = (RawEvent*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(RawEvent));
        var tag = (ulong*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref tags.Cell);
        reporter = ThreadReporter.ForThisThread(push);
        late = FinalizerThread.Run(() => ThreadReporter.ForThisThread(push));
        reporter.Attach(buffer, Capacity, tag);
        late.Attach(LateBuffer, LateCapacity, tag);
    }

    /// <summary>Events lost because the buffer was full; the measurement is then incomplete.</summary>
    public long Dropped => reporter.Dropped + late.Dropped;

    /// <summary>Frees that came from the finalizer thread.</summary>
    public long LateFrees => lateSeen + late.Count;

    /// <summary>The last out-of-memory report; null if there was none.</summary>
    public OutOfMemoryMoment? LastOutOfMemory => reporter.LastOutOfMemory;

    /// <summary>Makes a hook for the calling thread, enabled, after a self-test.</summary>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="tags">Its current tag goes into each event.</param>
    /// <param name="device">Whose allocations are wanted.</param>
    /// <param name="reason">Why there is no hook, where the result is null.</param>
    public static AllocationHook? TryInstall(LibTorchLibrary library, TagCursor tags, HookDevice device, out string? reason)
    {
        var push = library.CoreExport(Push);
        if (push == 0)
        {
            reason = $"this libtorch ({library.Version ?? "of unknown version"}) does not export ThreadLocalDebugInfo::_push; allocations cannot be seen";
            return null;
        }
        reason = HookSelfTest.Failure(() => new AllocationHook(push, new TagCursor(), HookDevice.Cpu));
        if (reason is not null)
            return null;
        var hook = new AllocationHook(push, tags, device);
        hook.Resume();
        return hook;
    }

    /// <summary>Stops recording, and has libtorch stop reporting.</summary>
    public void Pause() => (reporter.Enabled, late.Enabled) = (false, false);

    public void Resume() => (reporter.Enabled, late.Enabled) = (true, true);

    /// <summary>
    /// From now on events at the peaks on the CPU tell what the C library's allocator took from the system since now, for all that is
    /// alive and all that it keeps. On a GPU each event tells it anyway.
    /// </summary>
    public void WatchReserved() => reporter.WatchReserved();

    /// <summary>Hands over all events since the last call, in order, and forgets them. Call it on the hook's own thread.</summary>
    public void Drain(IAllocationSink sink)
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("a hook is drained on the thread that made it");
        var own = reporter.Events;
        var others = late.Events;
        var (i, j) = (0, 0);
        while (i < own.Length || j < others.Length)
        {
            var takeOwn = j == others.Length || (i < own.Length && own[i].Time <= others[j].Time);
            ref readonly var e = ref takeOwn ? ref own[i++] : ref others[j++];
            if (e.Device == device)
                sink.Add(new(e.Block, e.Size, new(e.Tag), e.Time, e.Reserved, reportsRequests ? e.Size : 0));
        }
        reporter.Clear();
        if (others.Length == 0)
            return;
        lateSeen += others.Length;
        late.Clear();
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        reporter.Detach();
        late.Detach();
        NativeMemory.Free(buffer);
        GC.KeepAlive(tags);
    }
}
