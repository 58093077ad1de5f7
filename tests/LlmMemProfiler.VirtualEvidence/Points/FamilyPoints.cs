using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>A point of each family that is executed, several in one process, on a GPU each.</summary>
internal static class FamilyPoints
{
    /// <summary>Kernels, caches, chunks and types; each family has another one in the next process.</summary>
    private static readonly Workload[] Workloads =
    [
        new() { Batch = 2, Prompt = 37, NewTokens = 4, Type = DataType.Float16 },
        new() { Prompt = 37, NewTokens = 4, Type = DataType.BFloat16, Attention = AttentionKernel.Math, Logits = LogitsFor.All },
        new() { Batch = 3, Prompt = 29, NewTokens = 4, Type = DataType.BFloat16, PrefillChunk = 8, Cache = CachePolicy.Paged, CacheBlock = 4 },
        new() { Batch = 2, Prompt = 29, NewTokens = 4, Type = DataType.Float32, PrefillChunk = 11, Cache = CachePolicy.Concat },
        new() { Batch = 2, Prompt = 24, NewTokens = 4, Type = DataType.Int8, KvType = DataType.Float32, Cache = CachePolicy.Paged, CacheBlock = 16, Attention = AttentionKernel.Math },
        new() { Batch = 2, Prompt = 29, NewTokens = 5, Type = DataType.BFloat16, PrefillChunk = 11, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold },
        new() { Batch = 2, Prompt = 23, NewTokens = 5, Type = DataType.Float32, PrefillChunk = 8, Cache = CachePolicy.Paged, CacheBlock = 4, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold, Attention = AttentionKernel.Math },
    ];

    /// <summary>As many GPUs as a process may have.</summary>
    private const int Size = 16;

    /// <summary>Processes in which each family has one workload.</summary>
    public static int Processes => (TinyModels.Names.Count() + Size - 1) / Size;

    /// <param name="gpu">A card of <see cref="Targets.Gpus"/>.</param>
    /// <param name="number">Which families, and which workload the first of them has.</param>
    public static PointProcess On(string gpu, int number)
    {
        var card = Targets.Gpus.Single(known => known.Name == gpu);
        List<DrawnPoint> points =
        [
            .. TinyModels.Names.Chunk(Size).ElementAt(number % Processes)
                .Select((name, i) => new DrawnPoint(TinyModels.Find(name), Workloads[((number / Processes) + i) % Workloads.Length])),
        ];
        return new(new(card, points.Count, card.Total!.Value), ByteSize.Zero, new Dictionary<string, string>(), [], points);
    }
}
