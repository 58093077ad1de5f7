using CsCheck;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>
/// A program's moves: a slot that holds a block frees it, an empty one asks for some; now and then the cache is emptied.
/// Few sizes come often, so that blocks of equal size meet, and all sizes lie around the allocator's bounds.
/// </summary>
internal static class RandomRequests
{
    /// <summary>Allocate or free by slot; a size of 0 empties the cache.</summary>
    public readonly record struct Move(ulong Slot, long Size);

    private static Gen<long> Size { get; } = Gen.Frequency(
        (4, Gen.Long[1, 4096]),
        (3, OneOf(512, 1024, 65_536, 512 * ByteSize.KiB, 700 * ByteSize.KiB)),
        (2, Around(ByteSize.MiB)),
        (2, Gen.Long[1, 1024].Select(n => n * ByteSize.KiB)),
        (3, OneOf(2 * ByteSize.MiB, 3 * ByteSize.MiB, 5 * ByteSize.MiB, 7 * ByteSize.MiB)),
        (2, Gen.Long[1, 12].SelectMany(n => Around(n * ByteSize.MiB))),
        (1, Around(10 * ByteSize.MiB)),
        (1, Around(20 * ByteSize.MiB)),
        (1, Gen.Long[10 * ByteSize.MiB, 60 * ByteSize.MiB]));

    public static Gen<List<Move>> Moves { get; } = Of(24, Size).Array[0, 300].Select(Told);

    public static Gen<(NaiveOptions Options, List<Move> Moves)> Any { get; } = Gen.Select(RandomOptions.Any, Moves);

    /// <summary>Mostly small blocks; with a thousand slots and more, each order of blocks has many buckets.</summary>
    public static Gen<List<Move>> Long(int moves, int slots) =>
        Of(slots, Gen.Frequency((60, Gen.Long[1, 40_000]), (1, Size))).Array[moves].Select(Told);

    private static Gen<long> OneOf(params long[] sizes) => Gen.Int[0, sizes.Length - 1].Select(i => sizes[i]);

    private static Gen<long> Around(long size) => Gen.Long[size - 1025, size + 1025].Select(s => Math.Max(1, s));

    private static Gen<Move> Of(int slots, Gen<long> size) => Gen.Select(Gen.Int[0, 49], Gen.Int[0, slots - 1], size)
        .Select((kind, slot, bytes) => new Move((ulong)slot, kind == 0 ? 0 : bytes));

    private static List<Move> Told(Move[] moves) => [.. moves];
}
