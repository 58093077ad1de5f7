using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Hardware.SmallRack;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

public sealed unsafe class TransfersTests : IDisposable
{
    private const int Most = 64 << 10;

    private readonly Rack rack = Of(64 * MiB);
    private readonly byte* device;

    public TransfersTests() => rack.Memory.Allocate(0, 8 << 20, out device);

    public void Dispose() => rack.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 13)]
    [InlineData((2 << 20) - 5, 11)]
    [InlineData(100, Most)]
    public void Small_copies_come_back_as_they_were_written(int at, int length)
    {
        var written = Bytes(length);
        Assert.Equal(Outcome.Ok, ToDevice(written, at));
        Assert.Equal(written, FromDevice(at, length));
        Assert.Equal((0, 0), (rack[0].Levels.UnwrittenReads, rack[0].Levels.UnwrittenBytes));
    }

    [Fact]
    public void What_was_not_written_reads_as_zeros_and_is_counted()
    {
        ToDevice(Bytes(10), 20);
        var read = FromDevice(15, 20);
        Assert.Equal([0, 0, 0, 0, 0, .. Bytes(10), 0, 0, 0, 0, 0], read);
        Assert.Equal((1, 10), (rack[0].Levels.UnwrittenReads, rack[0].Levels.UnwrittenBytes));
        Assert.Equal(new byte[3 << 20], FromDevice(4 << 20, 3 << 20));
        Assert.Equal((2, 10 + (3 << 20)), (rack[0].Levels.UnwrittenReads, rack[0].Levels.UnwrittenBytes));
    }

    [Fact]
    public void A_large_copy_takes_away_what_was_there()
    {
        ToDevice(Bytes(10), 20);
        ToDevice(Bytes(10), Most + 20);
        ToDevice(Bytes(Most + 1), 25);
        // Five bytes lie before it, four after it.
        Assert.Equal(5 + 4, FromDevice(20, Most + 10).Count(b => b != 0));
    }

    [Fact]
    public void A_copy_on_the_device_takes_along_what_is_not_written()
    {
        ToDevice(Bytes(4), 2);
        Assert.Equal(Outcome.Ok, rack.Memory.Transfers.Copy(device, device + 3, 8));
        Assert.Equal([0, 0, 1, 0, 0, 1, 2, 3, 4, 0, 0], FromDevice(0, 11));
        Assert.Equal(6, rack[0].Levels.UnwrittenBytes);
    }

    [Fact]
    public void Fills_are_real_up_to_64_KiB()
    {
        Assert.Equal(Outcome.Ok, rack.Memory.Transfers.Fill(device + 1, 7, Most));
        Assert.Equal(Most, FromDevice(0, Most + 2).Count(b => b == 7));
        Assert.Equal(Outcome.Ok, rack.Memory.Transfers.Fill(device, 7, Most + 1));
        Assert.Equal(0, FromDevice(0, Most + 2).Count(b => b == 7));
    }

    [Fact]
    public void Freed_memory_keeps_nothing()
    {
        rack.Memory.Allocate(0, 512, out var kept);
        rack.Memory.Allocate(0, 512, out var small);
        rack.Memory.Transfers.Fill(small, 9, 512);
        rack.Memory.Free(small);
        rack.Memory.Allocate(0, 512, out var again);
        Assert.True(again == small);
        var read = stackalloc byte[512];
        rack.Memory.Transfers.Copy(again, read, 512);
        Assert.Equal(512, rack[0].Levels.UnwrittenBytes);
        Assert.All(new Span<byte>(read, 512).ToArray(), b => Assert.Equal(0, b));
        rack.Memory.Free(kept);
    }

    [Fact]
    public void An_address_that_is_none_is_an_outcome_on_either_side()
    {
        var host = stackalloc byte[8];
        var transfers = rack.Memory.Transfers;
        foreach (var wrong in (nint[])[0, 16, (nint)device + (8 << 20), (nint)device - 1])
        {
            Assert.Equal(Outcome.Invalid, transfers.Copy((byte*)wrong, device, 8));
            Assert.Equal(Outcome.Invalid, transfers.Copy(device, (byte*)wrong, 8));
            Assert.Equal(Outcome.Invalid, transfers.Fill((byte*)wrong, 1, 8));
            Assert.Equal(Outcome.Invalid, transfers.Copy((byte*)wrong, host, 8));
        }
        Assert.Equal(Outcome.Invalid, transfers.Copy(device, host, ulong.MaxValue));
        Assert.Equal(Outcome.Invalid, transfers.Fill(device, 1, (8 << 20) + 1));
        Assert.Equal(Outcome.Ok, transfers.Copy((byte*)16, host, 0));
    }

    /// <summary>1, 2, 3, …, without zeros.</summary>
    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)((i % 255) + 1))];

    private Outcome ToDevice(byte[] bytes, int at)
    {
        fixed (byte* first = bytes)
            return rack.Memory.Transfers.Copy(first, device + at, (ulong)bytes.Length);
    }

    private byte[] FromDevice(int at, int length)
    {
        var read = Enumerable.Repeat((byte)0xEE, length).ToArray();
        fixed (byte* first = read)
            Assert.Equal(Outcome.Ok, rack.Memory.Transfers.Copy(device + at, first, (ulong)length));
        return read;
    }
}
