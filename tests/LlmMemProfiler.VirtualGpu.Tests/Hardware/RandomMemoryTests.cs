using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Hardware.SmallRack;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

/// <summary>Random sequences of calls against a model that only keeps lists.</summary>
public sealed unsafe class RandomMemoryTests
{
    private const long Total = 200 * MiB;
    private const long PageBytes = 2 * MiB;

    private readonly Rack rack = Of(Total);
    private readonly List<Range> blocks = [];
    private readonly List<Piece> pieces = [];
    private readonly List<Range> reservations = [];
    private Random random = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(null)]
    public void Whatever_is_called_the_levels_are_those_of_the_model(int? seed)
    {
        // A fresh one each time beside the fixed ones; it is told where it fails.
        var number = seed ?? Random.Shared.Next();
        random = new(number);
        for (var i = 0; i < 4_000; i++)
        {
            Act();
            for (var device = 0; device < 2; device++)
            {
                var large = pieces.Where(p => p.Device == device).Sum(p => p.Bytes)
                    + blocks.Where(b => b.Device == device && b.Bytes >= MiB).Sum(b => Whole(b.Bytes));
                var small = rack[device].Busy - large;
                var live = blocks.Where(b => b.Device == device && b.Bytes < MiB).ToList();
                Assert.True(rack[device].Busy <= Total, $"seed {number}: {rack[device].Busy} of {Total}");
                // Each page with a small block counts once.
                Assert.True(live.Select(b => b.At / PageBytes).Distinct().Count() * PageBytes == small, $"seed {number}, call {i}: {small} for {live.Count} small blocks");
            }
            if (i % 500 == 0)
                RequireApart(number);
        }
        GiveAllBack();
        Assert.Equal((0, 0), (rack[0].Busy, rack[1].Busy));
        rack.Dispose();
    }

    private static long Whole(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;

    private void Act()
    {
        switch (random.Next(8))
        {
            case 0 or 1:
                Allocate(random.Next(2), random.Next(3) == 0 ? random.NextInt64(1, 40 * MiB) : random.NextInt64(1, MiB));
                break;
            case 2 when blocks.Count > 0:
                Remove(blocks, random.Next(blocks.Count), b => rack.Memory.Free((byte*)b.At));
                break;
            case 3 when reservations.Count < 10:
                Assert.Equal(Outcome.Ok, rack.Memory.Reserve(64 << 20, out var at));
                reservations.Add(new((nint)at, 64 * MiB, 0));
                break;
            case 4:
                Create(random.Next(2), random.NextInt64(1, 20) * PageBytes);
                break;
            case 5 when pieces.Count > 0 && reservations.Count > 0:
                Map(pieces[random.Next(pieces.Count)], reservations[random.Next(reservations.Count)]);
                break;
            case 6 when pieces.Count > 0:
                Unmap(pieces[random.Next(pieces.Count)]);
                break;
            case 7 when pieces.Count > 0:
                Release(pieces[random.Next(pieces.Count)]);
                break;
        }
    }

    private void Allocate(int device, long bytes)
    {
        var free = rack[device].Free;
        var outcome = rack.Memory.Allocate(device, (ulong)bytes, out var at);
        if (outcome == Outcome.Ok)
            blocks.Add(new((nint)at, bytes, device));
        else
            Assert.True(free < Whole(bytes), $"{bytes} refused with {free} free");
    }

    private void Create(int device, long bytes)
    {
        var free = rack[device].Free;
        var outcome = rack.Memory.Create(device, (ulong)bytes, out var handle);
        Assert.Equal(bytes <= free ? Outcome.Ok : Outcome.OutOfMemory, outcome);
        if (outcome == Outcome.Ok)
            pieces.Add(new() { Handle = handle, Bytes = bytes, Device = device });
    }

    private void Map(Piece piece, Range reservation)
    {
        var at = reservation.At + (random.NextInt64(reservation.Bytes / PageBytes) * PageBytes);
        var fits = at + piece.Bytes <= reservation.At + reservation.Bytes
            && !pieces.Exists(p => p.At != 0 && p.At < at + piece.Bytes && at < p.At + p.Bytes);
        var outcome = rack.Memory.Map((byte*)at, (ulong)piece.Bytes, 0, piece.Handle);
        Assert.Equal(piece.At == 0 && piece.IsHeld && fits, outcome == Outcome.Ok);
        if (outcome == Outcome.Ok)
            piece.At = (nint)at;
    }

    private void Unmap(Piece piece)
    {
        if (piece.At == 0)
            return;
        Assert.Equal(Outcome.Ok, rack.Memory.Unmap((byte*)piece.At, (ulong)piece.Bytes));
        piece.At = 0;
        if (!piece.IsHeld)
            pieces.Remove(piece);
    }

    private void Release(Piece piece)
    {
        Assert.Equal(piece.IsHeld ? Outcome.Ok : Outcome.Invalid, rack.Memory.Release(piece.Handle));
        piece.IsHeld = false;
        if (piece.At == 0)
            pieces.Remove(piece);
    }

    private void RequireApart(int seed)
    {
        var ranges = blocks.Concat(reservations).OrderBy(r => r.At).ToList();
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.At + pair.First.Bytes <= pair.Second.At, $"seed {seed}: two at once"));
    }

    private void GiveAllBack()
    {
        foreach (var piece in pieces.ToList())
        {
            Unmap(piece);
            if (piece.IsHeld)
                Release(piece);
        }
        while (blocks.Count > 0)
            Remove(blocks, 0, b => rack.Memory.Free((byte*)b.At));
        while (reservations.Count > 0)
            Remove(reservations, 0, r => rack.Memory.Unreserve((byte*)r.At, (ulong)r.Bytes));
    }

    private static void Remove(List<Range> ranges, int index, Func<Range, Outcome> call)
    {
        Assert.Equal(Outcome.Ok, call(ranges[index]));
        ranges.RemoveAt(index);
    }

    private sealed record Range(nint At, long Bytes, int Device);

    private sealed class Piece
    {
        public ulong Handle { get; init; }

        public long Bytes { get; init; }

        public int Device { get; init; }

        public nint At { get; set; }

        public bool IsHeld { get; set; } = true;
    }
}
