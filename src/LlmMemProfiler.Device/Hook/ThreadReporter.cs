using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Hook;

/// <summary>
/// What libtorch takes for its profiler's memory reporter: a C++ object made by hand, one for each thread that it is pushed
/// on. Its callbacks write to a preallocated buffer and do nothing else: no managed allocation, no call into torch, no throw.
/// </summary>
/// <remarks>
/// Interface <c>c10::MemoryReportingInfoBase</c> (c10/core/Allocator.h), table laid out by the Itanium C++ ABI. It cannot be
/// popped again (that throws across the boundary), so it stays for the thread's life and is silenced by a flag.
/// </remarks>
internal sealed unsafe class ThreadReporter
{
    [ThreadStatic]
    private static ThreadReporter? current;

    /// <summary>
    /// A look at the C library's heaps takes some microseconds: one is taken where what is alive rises over its peak by 1/2^10, and at
    /// each block that alone is 1/2^5 of the peak, since such a one may come again when more is kept.
    /// </summary>
    private const int PeakShift = 10, BlockShift = 5;

    private static readonly nint Table = BuildTable();

    private readonly State* state;

    private ThreadReporter()
    {
        state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        state->Table = Table;
    }

    /// <summary>The reporter of the calling thread, pushed on it if it was not yet.</summary>
    /// <param name="push">Address of <c>c10::ThreadLocalDebugInfo::_push</c>.</param>
    public static ThreadReporter ForThisThread(nint push)
    {
        if (current is { } known)
            return known;
        var reporter = new ThreadReporter();
        // A shared_ptr without a control block: nobody counts, nobody frees.
        var shared = stackalloc nint[2];
        shared[0] = (nint)reporter.state;
        shared[1] = 0;
        const byte ProfilerState = 2;
        ((delegate* unmanaged[Cdecl]<byte, nint*, void>)push)(ProfilerState, shared);
        return current = reporter;
    }

    /// <summary>Events in the buffer.</summary>
    public long Count => Volatile.Read(ref state->Count);

    /// <summary>Events that found the buffer full.</summary>
    public long Dropped => Volatile.Read(ref state->Dropped);

    /// <summary>The last out-of-memory report; null if there was none.</summary>
    public OutOfMemoryMoment? LastOutOfMemory => Volatile.Read(ref state->OutOfMemory) == 0 ? null : new(new(state->FailedTag), state->FailedSize, state->FailedAllocated, state->FailedReserved);

    public bool Enabled
    {
        get => state->Enabled != 0;
        set => Volatile.Write(ref state->Enabled, (byte)(value ? 1 : 0));
    }

    public ReadOnlySpan<RawEvent> Events => new(state->Events, checked((int)Count));

    /// <summary>Gives the reporter a buffer and the address of the tag that it copies into each event.</summary>
    public void Attach(RawEvent* buffer, long capacity, ulong* tag)
    {
        if (buffer is not null && state->Events is not null)
            throw new InvalidOperationException("this thread has a hook already; dispose it first");
        state->Events = buffer;
        state->Capacity = capacity;
        state->Tag = tag;
        state->Dropped = 0;
        state->OutOfMemory = 0;
        state->ReservedBefore = 0;
        Clear();
    }

    public void Detach()
    {
        Enabled = false;
        Attach(null, 0, null);
    }

    /// <summary>
    /// From now on events at the peaks of what is alive on the CPU carry what the C library's allocator holds for it. Nothing is said
    /// where the C library does not tell.
    /// </summary>
    public void WatchReserved()
    {
        (state->Live, state->LivePeak) = (0, 0);
        state->ReservedBefore = CLibraryHeap.Reserved()?.Bytes ?? 0;
    }

    /// <summary>Empties the buffer; only between events.</summary>
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
            // Two bytes {type, index} in a register whose upper bits are undefined.
            e->Device = (ushort)device;
            if ((byte)device == 0 && self->ReservedBefore > 0)
            {
                self->Live += size;
                if (self->Live > self->LivePeak + (self->LivePeak >> PeakShift) || size > self->LivePeak >> BlockShift)
                {
                    self->LivePeak = Math.Max(self->LivePeak, self->Live);
                    e->Reserved = CLibraryHeap.ReservedBytes() - self->ReservedBefore;
                }
            }
            Volatile.Write(ref self->Count, count + 1);
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

    /// <summary>The object as libtorch sees it: a pointer to the table, and what follows is ours.</summary>
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
