using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Hardware.SmallRack;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

/// <summary>Addresses as one H100's driver gave them, 580.159.04 (profiles/hardware/cuda-h100-80gb: probe.json.gz, and what two traces show).</summary>
public sealed unsafe class AddressTests
{
    /// <summary>The segments of guide-354m under libtorch 2.11, in MiB from the first one: before 20 MiB come the first two, the second unseen.</summary>
    [Fact]
    public void Segments_lie_as_those_of_a_run_did()
    {
        using var rack = Of(2_000 * MiB);
        var first = Take(rack, 0, 2);
        Take(rack, 0, 32);
        Assert.Equal(-308, Take(rack, 0, 98) - first);
        foreach (var place in (int[])[-210, -190, -170, -150, -130, -110, -90, -70, -50, -30, 76])
            Assert.Equal(place, Take(rack, 0, 20) - first);
        var below = Take(rack, 0, 20);
        Assert.True(below < first - 308);
        foreach (var place in (int[])[-32, -64, -96])
            Assert.Equal(place, Take(rack, 0, 20) - below);
        foreach (var place in (int[])[-76, -74, -72, -70, -68, -66])
            Assert.Equal(place, Take(rack, 0, 2) - below);
    }

    /// <summary>Each device of a process has addresses of its own, as if it were alone.</summary>
    [Fact]
    public void Another_device_does_not_fill_the_gaps_of_the_first()
    {
        using var rack = Of(2_000 * MiB);
        var one = Take(rack, 0, 2);
        var other = Take(rack, 1, 2);
        Assert.Equal(-340, Take(rack, 0, 20) - one);
        Assert.Equal(-340, Take(rack, 1, 20) - other);
        Assert.InRange(one - other, 340, 640);
    }

    /// <summary>Expected of any driver; not seen.</summary>
    [Fact]
    public void What_was_freed_is_given_again()
    {
        using var rack = Of(64 * MiB);
        rack.Memory.Allocate(0, 4 << 20, out _);
        rack.Memory.Allocate(0, 6 << 20, out var second);
        rack.Memory.Allocate(0, 4 << 20, out _);
        rack.Memory.Free(second);
        rack.Memory.Allocate(0, 4 << 20, out var again);
        Assert.True(again == second);
    }

    /// <summary>The address in MiB.</summary>
    private static long Take(Rack rack, int device, int size)
    {
        Assert.Equal(Outcome.Ok, rack.Memory.Allocate(device, (ulong)size << 20, out var at));
        Assert.Equal(0, (nint)at % (2 << 20));
        return (nint)at >> 20;
    }
}
