using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Hardware.SmallRack;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

public sealed unsafe class VirtualMemoryTests
{
    [Fact]
    public void Below_1_MiB_allocations_share_a_page()
    {
        using var rack = Of(64 * MiB);
        var all = new List<nint>();
        for (var i = 0; i < 4096; i++)
        {
            Assert.Equal(Outcome.Ok, rack.Memory.Allocate(0, 500, out var at));
            all.Add((nint)at);
        }
        Assert.Equal(2 * MiB, rack[0].Busy);
        Assert.Equal(4096, all.Distinct().Count());
        Assert.Equal(2 * MiB - 512, all.Max() - all.Min());
        rack.Memory.Allocate(0, 1, out _);
        Assert.Equal(4 * MiB, rack[0].Busy);
    }

    [Fact]
    public void What_small_allocations_leave_between_them_is_used_again()
    {
        using var rack = Of(64 * MiB);
        var all = new byte*[2];
        for (var i = 0; i < all.Length; i++)
            rack.Memory.Allocate(0, 900 << 10, out all[i]);
        Assert.Equal(2 * MiB, rack[0].Busy);
        rack.Memory.Free(all[0]);
        rack.Memory.Allocate(0, 700 << 10, out var again);
        Assert.Equal(2 * MiB, rack[0].Busy);
        Assert.True(again == all[0]);
    }

    [Fact]
    public void A_full_device_refuses_and_another_one_does_not()
    {
        using var rack = Of(10 * MiB);
        Assert.Equal(Outcome.OutOfMemory, rack.Memory.Allocate(0, (10 << 20) + 1, out var none));
        Assert.True(none is null);
        Assert.Equal(Outcome.Ok, rack.Memory.Allocate(0, 10 << 20, out _));
        Assert.Equal(Outcome.OutOfMemory, rack.Memory.Allocate(0, 1, out _));
        Assert.Equal(Outcome.Ok, rack.Memory.Allocate(1, 1, out _));
        Assert.Equal((0, 8 * MiB), (rack[0].Free, rack[1].Free));
    }

    [Fact]
    public void A_context_takes_what_it_is_told_to_and_only_once_it_is_there()
    {
        using var rack = Of(64 * MiB, context: 50 * MiB);
        Assert.Equal(64 * MiB, rack[0].Free);
        Assert.Equal(Outcome.OutOfMemory, rack.Memory.Allocate(0, 16 << 20, out _));
        Assert.Equal(14 * MiB, rack[0].Free);
    }

    [Fact]
    public void What_was_not_allocated_cannot_be_freed()
    {
        using var rack = Of(64 * MiB);
        rack.Memory.Allocate(0, 4 << 20, out var large);
        rack.Memory.Allocate(0, 1024, out var small);
        int elsewhere;
        foreach (var at in (nint[])[0, 1, (nint)(&elsewhere), (nint)large + 1, (nint)large + (2 << 20), (nint)small + 512, nint.MaxValue, -1])
            Assert.Equal(Outcome.Invalid, rack.Memory.Free(unchecked((byte*)at)));
        foreach (var at in (nint[])[(nint)large, (nint)small])
        {
            Assert.Equal(Outcome.Ok, rack.Memory.Free((byte*)at));
            Assert.Equal(Outcome.Invalid, rack.Memory.Free((byte*)at));
        }
        Assert.Equal(0, rack[0].Busy);
    }

    [Fact]
    public void Physical_memory_is_given_back_with_its_last_mapping_or_its_handle_whichever_is_later()
    {
        using var rack = Of(64 * MiB);
        rack.Memory.Reserve(8 << 20, out var at);
        foreach (var isReleasedFirst in (bool[])[true, false])
        {
            Assert.Equal(Outcome.Ok, rack.Memory.Create(0, 4 << 20, out var handle));
            Assert.Equal(Outcome.Ok, rack.Memory.Map(at, 4 << 20, 0, handle));
            Assert.Equal(Outcome.Ok, isReleasedFirst ? rack.Memory.Release(handle) : rack.Memory.Unmap(at, 4 << 20));
            Assert.Equal(4 * MiB, rack[0].Busy);
            Assert.Equal(Outcome.Ok, isReleasedFirst ? rack.Memory.Unmap(at, 4 << 20) : rack.Memory.Release(handle));
            Assert.Equal(0, rack[0].Busy);
            Assert.Equal(Outcome.Invalid, rack.Memory.Release(handle));
        }
        Assert.Equal(Outcome.Ok, rack.Memory.Unreserve(at, 8 << 20));
    }

    [Fact]
    public void Only_whole_mappings_are_unmapped_and_only_empty_reservations_given_back()
    {
        using var rack = Of(64 * MiB);
        rack.Memory.Reserve(8 << 20, out var at);
        rack.Memory.Create(0, 4 << 20, out var handle);
        rack.Memory.Map(at + (2 << 20), 4 << 20, 0, handle);
        Assert.Equal(Outcome.Invalid, rack.Memory.Unmap(at + (2 << 20), 2 << 20));
        Assert.Equal(Outcome.Invalid, rack.Memory.Unmap(at + (4 << 20), 2 << 20));
        Assert.Equal(Outcome.Invalid, rack.Memory.Unreserve(at, 8 << 20));
        Assert.Equal(Outcome.NotSupported, rack.Memory.Map(at, 2 << 20, 0, handle));
        Assert.True(rack.Memory.Around(at + (5 << 20), out var begin, out var bytes));
        Assert.Equal(((nint)at + (2 << 20), 4 * MiB), ((nint)begin, bytes));
        Assert.Equal(Outcome.Ok, rack.Memory.Unmap(at + (2 << 20), 4 << 20));
    }
}
