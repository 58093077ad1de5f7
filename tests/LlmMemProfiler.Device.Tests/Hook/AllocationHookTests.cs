using System.Runtime.CompilerServices;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Device.Tests.Hook;

public class AllocationHookTests(TorchFixture fixture)
{
    [Fact]
    public void A_tensor_shows_as_its_exact_bytes_and_as_their_return()
    {
        using var hook = Install(new());
        torch.empty(1000, 1000, dtype: torch.float16).Dispose();
        Assert.Equal([2_000_000, -2_000_000], Drained(hook).Select(e => e.Size));
    }

    [Fact]
    public void An_event_carries_the_tag_of_its_moment()
    {
        var tags = new TagCursor();
        using var hook = Install(tags);
        tags.Enter(Phase.Decode, 17);
        tags.EnterLayer(3);
        torch.Tensor tensor;
        using (tags.Owner(Part.KvCache))
        using (tags.Begin(Operation.Linear))
            tensor = torch.empty(10, dtype: torch.int8);
        tags.EnterLayer(null);
        tensor.Dispose();

        var events = Drained(hook);
        var tag = events[0].Tag;
        Assert.Equal((Phase.Decode, 17, 3, Part.KvCache, Operation.Linear), (tag.Phase, tag.Step, tag.Layer, tag.Part, tag.Operation));
        Assert.Equal((null, Operation.None), (events[1].Tag.Layer, events[1].Tag.Operation));
        Assert.Equal(events[0].Block, events[1].Block);
        Assert.True(events[0].Time <= events[1].Time);
    }

    [Fact]
    public void Events_at_the_peaks_tell_what_the_C_library_holds()
    {
        const long size = 256L << 20;
        using var hook = Install(new());
        hook.WatchPeaks(CLibraryHeap.Reserved());
        using (torch.empty(size, dtype: torch.int8))
            torch.empty(1000, dtype: torch.int8).Dispose();
        torch.empty(1000, dtype: torch.int8).Dispose();

        var reserved = Drained(hook).Select(e => e.Reserved).ToList();
        // Other threads of this process may take or free some megabytes meanwhile.
        Assert.InRange(reserved[0], size - (16L << 20), size + (64L << 20));
        Assert.All(reserved.Skip(1), r => Assert.Equal(0, r));
    }

    /// <summary>A block has no pages before it is written, and its free is reported while it still has them.</summary>
    [Fact]
    public void The_process_is_read_at_the_first_free_after_each_new_peak()
    {
        const long size = 256L << 20;
        using var probe = new ProcessProbe();
        using var hook = Install(new());
        var before = probe.Read().Used!.Value;
        hook.WatchPeaks(CLibraryHeap.Reserved());
        Assert.Null(hook.Highest);
        var written = torch.ones(size, dtype: torch.int8);
        Assert.Null(hook.Highest);
        written.Dispose();
        var highest = hook.Highest!.Value;
        // Other threads of this process may take or free some megabytes meanwhile.
        Assert.InRange((highest.Used!.Value - before).Bytes, size - (16L << 20), size + (64L << 20));

        torch.ones(size / 2, dtype: torch.int8).Dispose();
        Assert.Equal(highest, hook.Highest);
    }

    [Fact]
    public void The_buffers_that_were_written_are_counted_as_the_profilers()
    {
        using var hook = Install(new());
        Assert.Equal(0, hook.BufferBytes.Bytes);
        torch.empty(1000, dtype: torch.int8).Dispose();
        Drained(hook);
        torch.empty(1000, dtype: torch.int8);
        Drained(hook);
        Assert.InRange(hook.BufferBytes.Bytes, 2 * 40, 2 * 64);
    }

    [Fact]
    public void While_it_is_off_nothing_is_seen()
    {
        using var hook = Install(new());
        hook.Pause();
        torch.empty(10, dtype: torch.int8).Dispose();
        hook.Resume();
        Assert.Empty(Drained(hook));
    }

    [Fact]
    public void A_tensor_that_the_finalizer_frees_is_not_lost_and_counts_as_late()
    {
        using var hook = Install(new());
        Leak();
        for (var tries = 0; tries < 100 && hook.LateFrees == 0; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        var events = Drained(hook);
        Assert.Equal([4321, -4321], events.Select(e => e.Size));
        Assert.Equal(1, hook.LateFrees);
    }

    [Fact]
    public void What_finds_the_buffer_full_is_counted()
    {
        using var hook = Install(new());
        for (var i = 0; i < 40_000; i++)
            torch.empty(1, dtype: torch.int8).Dispose();
        Assert.Equal(80_000 - 65_536, hook.Dropped);
        Assert.Equal(65_536, Drained(hook).Count);
    }

    [Fact]
    public void Other_devices_events_are_left_out()
    {
        var hook = AllocationHook.TryInstall(fixture.Library, new(), HookDevice.Cuda(0), out var reason);
        Assert.True(hook is not null, reason);
        using (hook)
        {
            hook.WatchPeaks(CLibraryHeap.Reserved());
            torch.empty(10, dtype: torch.int8).Dispose();
            Assert.Empty(Drained(hook));
            // The process's pages, at a peak of the CPU's tensors, are no reading of a GPU.
            Assert.Null(hook.Highest);
        }
    }

    [Fact]
    public void A_failed_allocation_is_reported()
    {
        using var hook = Install(new());
        Assert.ThrowsAny<Exception>(() => torch.empty(1L << 50, dtype: torch.int8));
        Assert.Equal(1L << 50, hook.LastOutOfMemory?.Requested);
        Assert.Empty(Drained(hook));
    }

    [Fact]
    public void A_second_hook_on_one_thread_is_refused_until_the_first_is_gone()
    {
        using (Install(new()))
            Assert.Throws<InvalidOperationException>(() => Install(new()).Dispose());
        Install(new()).Dispose();
    }

    [Fact]
    public async Task It_is_drained_on_its_own_thread_only()
    {
        using var hook = Install(new());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Factory.StartNew(
            () => { Drained(hook); }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leak() => _ = torch.empty(4321, dtype: torch.int8);

    private static List<AllocationEvent> Drained(AllocationHook hook)
    {
        var recorder = new Recorder();
        hook.Drain(recorder);
        return recorder.Events;
    }

    private AllocationHook Install(TagCursor tags)
    {
        var hook = AllocationHook.TryInstall(fixture.Library, tags, HookDevice.Cpu, out var reason);
        Assert.True(hook is not null, reason);
        return hook;
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
