using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// Stands in for libtorch's memory-reporting profiler: a handmade C++ object, one per thread. Its callbacks only write to a
/// preallocated buffer: no managed allocation, no call into torch, no throw.
/// </summary>
/// <remarks>
/// Interface <c>c10::MemoryReportingInfoBase</c> (c10/core/Allocator.h), vtable by the Itanium C++ ABI. Popping it would throw
/// across the boundary, so it stays for the thread's lifetime and is silenced by a flag.
/// </remarks>
internal sealed unsafe class ThreadReporter
{
    [ThreadStatic]
    private static ThreadReporter? current;

    /// <summary>
    /// Reading the C library's heaps takes a few microseconds, so they are read only when live bytes exceed their peak by 1/2^10, and
    /// for each block larger than 1/2^5 of the peak, which may recur while more is cached.
    /// </summary>
    private const int PeakShift = 10, BlockShift = 5;

    private static readonly nint Table = BuildTable();

    private readonly State* state;

    private ThreadReporter()
    {
        state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        state->Table = Table;
    }

    /// <summary>The calling thread's reporter, pushed if not yet present.</summary>
    /// <param name="push">Address of <c>c10::ThreadLocalDebugInfo::_push</c>.</param>
    public static ThreadReporter ForThisThread(nint push)
    {
        if (current is { } known)
            return known;
        var reporter = new ThreadReporter();
        // A shared_ptr without a control block: no reference count, never freed.
        var shared = stackalloc nint[2];
        shared[0] = (nint)reporter.state;
        shared[1] = 0;
        const byte ProfilerState = 2;
        ((delegate* unmanaged[Cdecl]<byte, nint*, void>)push)(ProfilerState, shared);
        return current = reporter;
    }

    /// <summary>Events in the buffer.</summary>
    public long Count => Volatile.Read(ref state->Count);

    /// <summary>Events lost because the buffer was full.</summary>
    public long Dropped => Volatile.Read(ref state->Dropped);

    /// <summary>The last out-of-memory report; null if there was none.</summary>
    public OutOfMemoryMoment? LastOutOfMemory => Volatile.Read(ref state->OutOfMemory) == 0 ? null : new(new(state->FailedTag), state->FailedSize, state->FailedAllocated, state->FailedReserved);

    public void Enable(bool enabled) => Volatile.Write(ref state->Enabled, (byte)(enabled ? 1 : 0));

    public ReadOnlySpan<RawEvent> Events => new(state->Events, checked((int)Count));

    /// <summary>Sets the buffer and the address of the tag to copy into each event.</summary>
    public void Attach(RawEvent* buffer, long capacity, ulong* tag)
    {
        if (buffer is not null && state->Events is not null)
            throw new InvalidOperationException("this thread already has a hook; dispose it first");
        state->Events = buffer;
        state->Capacity = capacity;
        state->Tag = tag;
        state->Dropped = 0;
        state->OutOfMemory = 0;
        state->ReservedBefore = 0;
        state->Watches = 0;
        state->PrivatePeak = 0;
        Clear();
    }

    public void Detach()
    {
        Enable(false);
        Attach(null, 0, null);
    }

    /// <summary>
    /// From now on, CPU events at peaks of live bytes carry the C library allocator's reserved bytes, if it reports them, and the
    /// process's private pages are read at each peak's end.
    /// </summary>
    /// <param name="reservedBefore">What it has reserved by now; null if it does not report it.</param>
    public void WatchPeaks(ByteSize? reservedBefore)
    {
        (state->Live, state->LivePeak) = (0, 0);
        state->ReservedBefore = reservedBefore?.Bytes ?? 0;
        (state->Watches, state->IsAtPeak) = (1, 0);
        (state->ExactPeak, state->PrivatePeak, state->FileAtPeak) = (0, 0, 0);
    }

    /// <summary>The highest reading of private pages at the end of a peak, and the pages of files then; null if there was none.</summary>
    public ResidentPages? Highest => state->PrivatePeak == 0 ? null : new(state->PrivatePeak, state->FileAtPeak);

    /// <summary>Empties the buffer; call it only between events.</summary>
    public void Clear() => Volatile.Write(ref state->Count, 0);

    private static nint BuildTable()
    {
        var table = (nint*)NativeMemory.AllocZeroed(7, (nuint)sizeof(nint));
        table[2] = table[3] = (nint)(delegate* unmanaged[Cdecl]<State*, void>)&Destroy;
        table[4] = (nint)(delegate* unmanaged[Cdecl]<State*, nint, long, nuint, nuint, ulong, void>)&ReportMemoryUsage;
        table[5] = (nint)(delegate* unmanaged[Cdecl]<State*, long, nuint, nuint, ulong, void>)&ReportOutOfMemory;
        table[6] = (nint)(delegate* unmanaged[Cdecl]<State*, byte>)&MemoryProfilingEnabled;
        return (nint)(table + 2);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Destroy(State* self) { }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReportMemoryUsage(State* self, nint pointer, long size, nuint allocated, nuint reserved, ulong device)
    {
        if (self->Enabled == 0)
            return;
        unchecked
        {
            var count = self->Count;
            if (count >= self->Capacity)
            {
                self->Dropped++;
                return;
            }
            var e = self->Events + count;
            e->Block = (ulong)pointer;
            e->Size = size;
            e->Tag = *self->Tag;
            e->Time = Stopwatch.GetTimestamp();
            e->Reserved = (long)reserved;
            // Two bytes {type, index}; the register's upper bits are undefined.
            e->Device = (ushort)device;
            if ((byte)device == 0 && self->Watches != 0)
            {
                self->Live += size;
                if (self->ReservedBefore > 0 && (self->Live > self->LivePeak + (self->LivePeak >> PeakShift) || size > self->LivePeak >> BlockShift))
                {
                    self->LivePeak = Math.Max(self->LivePeak, self->Live);
                    e->Reserved = CLibraryHeap.ReservedBytes() - self->ReservedBefore;
                }
                ReadAtPeak(self);
            }
            Volatile.Write(ref self->Count, count + 1);
        }
    }

    /// <summary>
    /// At the first free after live bytes reached a new peak: a new block has no pages before it is written, and a free is reported
    /// before the memory is given back.
    /// </summary>
    private static void ReadAtPeak(State* self)
    {
        if (self->Live > self->ExactPeak)
        {
            self->ExactPeak = self->Live;
            self->IsAtPeak = 1;
        }
        else if (self->IsAtPeak != 0)
        {
            self->IsAtPeak = 0;
            if (ProcessStatus.TryRead(out var pages) && pages.Private > self->PrivatePeak)
                (self->PrivatePeak, self->FileAtPeak) = (pages.Private, pages.File);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReportOutOfMemory(State* self, long size, nuint allocated, nuint reserved, ulong device)
    {
        unchecked
        {
            self->FailedSize = size;
            self->FailedAllocated = (long)allocated;
            self->FailedReserved = (long)reserved;
            self->FailedTag = self->Tag is null ? 0 : *self->Tag;
            self->OutOfMemory++;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte MemoryProfilingEnabled(State* self) => self->Enabled;

    /// <summary>The object as libtorch sees it: a vtable pointer; the rest is private.</summary>
    private struct State
    {
        public nint Table;
        public RawEvent* Events;
        public long Capacity;
        public long Count;
        public long Dropped;
        public long OutOfMemory;
        public long FailedSize;
        public long FailedAllocated;
        public long FailedReserved;
        public ulong FailedTag;
        public ulong* Tag;
        public long Live;
        public long LivePeak;
        public long ReservedBefore;
        public long ExactPeak;
        public long PrivatePeak;
        public long FileAtPeak;
        public byte Watches;
        public byte IsAtPeak;
        public byte Enabled;
    }
}

/// <summary>An event as the callback writes it.</summary>
internal struct RawEvent
{
    public ulong Block;
    public long Size;
    public ulong Tag;
    public long Time;
    public long Reserved;
    public ushort Device;
}
