using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Points of each family that is executed, several in one process, on a GPU each.</summary>
internal static class FamilyPoints
{
    private static readonly DataType[] Types = [DataType.Float16, DataType.BFloat16, DataType.Float32];

    /// <summary>Each type with each cache, the prompt whole and in chunks, and what else there is in between; each family has another one in the next round.</summary>
    private static readonly Workload[] Workloads =
    [
        .. from cache in Enum.GetValues<CachePolicy>()
           from chunk in (int?[])[null, 8]
           from type in Types
           let isEven = ((int)cache + (int)type + (chunk is null ? 0 : 1)) % 2 == 0
           select new Workload
           {
               Batch = isEven ? 2 : 3, Prompt = isEven ? 37 : 29, NewTokens = 4, Type = type, PrefillChunk = chunk, Cache = cache, CacheBlock = isEven ? 4 : 16,
               Attention = isEven ? AttentionKernel.Fused : AttentionKernel.Math, Logits = isEven ? LogitsFor.Last : LogitsFor.All,
           },
        new() { Batch = 2, Prompt = 24, NewTokens = 4, Type = DataType.Int8, KvType = DataType.Float32, Cache = CachePolicy.Paged, CacheBlock = 16, Attention = AttentionKernel.Math },
        new() { Batch = 2, Prompt = 26, NewTokens = 4, Type = DataType.Float16, KvType = DataType.Int8, PrefillChunk = 10, Cache = CachePolicy.Concat },
        new() { Batch = 2, Prompt = 26, NewTokens = 4, Type = DataType.BFloat16, KeyType = DataType.Float8, ValueType = DataType.Int8, Cache = CachePolicy.Paged, CacheBlock = 8 },
        new() { Batch = 2, Prompt = 29, NewTokens = 5, Type = DataType.BFloat16, PrefillChunk = 11, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold },
        new() { Batch = 2, Prompt = 23, NewTokens = 5, Type = DataType.Float32, PrefillChunk = 8, Cache = CachePolicy.Paged, CacheBlock = 4, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold, Attention = AttentionKernel.Math },
        new() { Batch = 2, Prompt = 29, NewTokens = 5, Type = DataType.Float16, KeyType = DataType.Int8, PrefillChunk = 11, Cache = CachePolicy.Concat, WindowCache = WindowCache.Bounded },
    ];

    /// <summary>After so many each family has had each workload.</summary>
    public static int Rounds => Workloads.Length;

    /// <summary>As many GPUs as a process may have.</summary>
    private const int Size = 16;

    /// <summary>Processes of a round, in which each family has one workload.</summary>
    public static int Processes => (TinyModels.Names.Count() + Size - 1) / Size;

    /// <param name="gpu">A card of <see cref="Targets.Gpus"/>.</param>
    /// <param name="number">Which families, and which workload the first of them has.</param>
    public static PointProcess On(string gpu, int number)
    {
        var card = Targets.Gpus.Single(known => known.Name == gpu);
        var points = Of(number);
        return new(new(card, points.Count, card.Total!.Value), ByteSize.Zero, new Dictionary<string, string>(), [], points);
    }

    /// <param name="number">Which families, and which workload the first of them has.</param>
    public static IReadOnlyList<DrawnPoint> Of(int number) =>
    [
        .. TinyModels.Names.Chunk(Size).ElementAt(number % Processes)
            .Select((name, i) => new DrawnPoint(TinyModels.Find(name), Workloads[((number / Processes) + i) % Workloads.Length])),
    ];
}
