using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// Records every allocation and free that libtorch makes on one device, on the thread that created the hook and on .NET's
/// finalizer thread. Events are buffered in unmanaged memory until <see cref="Drain"/>.
/// </summary>
/// <remarks>
/// A tensor freed by the finalizer is a leak in this program: its event is kept, so no byte is lost, and counted in
/// <see cref="LateFrees"/>.
/// </remarks>
public sealed unsafe class AllocationHook : IDisposable
{
    private const string Push = "_ZN3c1020ThreadLocalDebugInfo5_pushENS_13DebugInfoKindESt10shared_ptrINS_13DebugInfoBaseEE";
    private const int Capacity = 1 << 16;
    private const int LateCapacity = 1 << 12;

    // One per process, never freed: the finalizer thread may write at any time.
    private static readonly RawEvent* LateBuffer = (RawEvent*)NativeMemory.AllocZeroed(LateCapacity, (nuint)sizeof(RawEvent));

    private readonly TagCursor tags;
    private readonly ushort device;
    private readonly bool reportsRequests;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly ThreadReporter reporter;
    private readonly ThreadReporter late;
    private readonly RawEvent* buffer;
    private long lateSeen;
    private long mostEvents;
    private long mostLate;
    private bool disposed;

    private AllocationHook(nint push, TagCursor tags, HookDevice device)
    {
        this.tags = tags;
        this.device = device.Packed;
        // The CPU allocator reports requested bytes, CUDA's the size of the block.
        reportsRequests = device == HookDevice.Cpu;
        buffer = (RawEvent*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(RawEvent));
        var tag = (ulong*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref tags.Cell);
        reporter = ThreadReporter.ForThisThread(push);
        late = FinalizerThread.Run(() => ThreadReporter.ForThisThread(push));
        reporter.Attach(buffer, Capacity, tag);
        late.Attach(LateBuffer, LateCapacity, tag);
    }

    /// <summary>Events lost because the buffer was full; any make the measurement incomplete.</summary>
    public long Dropped => reporter.Dropped + late.Dropped;

    /// <summary>Frees on the finalizer thread.</summary>
    public long LateFrees => lateSeen + late.Count;

    /// <summary>The last out-of-memory report; null if there was none.</summary>
    public OutOfMemoryMoment? LastOutOfMemory => reporter.LastOutOfMemory;

    /// <summary>Runs a self-test, then installs an active hook on the calling thread.</summary>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="tags">Source of each event's tag.</param>
    /// <param name="device">The device to record.</param>
    /// <param name="reason">Why the hook is unavailable, if the result is null.</param>
    public static AllocationHook? TryInstall(LibTorchLibrary library, TagCursor tags, HookDevice device, out string? reason)
    {
        var push = library.CoreExport(Push);
        if (push == 0)
        {
            reason = $"this libtorch ({library.Version ?? "unknown version"}) does not export ThreadLocalDebugInfo::_push; allocations cannot be recorded";
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
    public void Pause() => Enable(false);

    public void Resume() => Enable(true);

    private void Enable(bool enabled)
    {
        reporter.Enable(enabled);
        late.Enable(enabled);
    }

    /// <summary>
    /// From now on, CPU events at peaks carry the C library allocator's growth in reserved bytes, live and cached, and
    /// <see cref="Highest"/> is read. On a GPU every event carries the reserved bytes anyway.
    /// </summary>
    /// <param name="reservedBefore">What it had reserved before; null if it does not report it.</param>
    public void WatchPeaks(ByteSize? reservedBefore)
    {
        // On a GPU, the process's own pages are not the device's memory.
        if (reportsRequests)
            reporter.WatchPeaks(reservedBefore);
    }

    /// <summary>The highest reading of the process at a CPU peak's first free; null if there was none.</summary>
    public DeviceReading? Highest => reporter.Highest is { } pages ? new(new(pages.Private), new(pages.File), null) : null;

    /// <summary>Memory of the hook's own buffers that was ever written.</summary>
    public ByteSize BufferBytes => new(checked((mostEvents + mostLate) * sizeof(RawEvent)));

    /// <summary>Moves all events since the last call to the sink, in order. Call it on the hook's own thread.</summary>
    public void Drain(IAllocationSink sink)
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("a hook must be drained on the thread that created it");
        var own = reporter.Events;
        var others = late.Events;
        (mostEvents, mostLate) = (Math.Max(mostEvents, own.Length), Math.Max(mostLate, others.Length));
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
