using CsCheck;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests;

/// <summary>Small models and workloads with every feature on and off, so that a thousand decodes take a second.</summary>
internal static class Arbitrary
{
    public static Gen<ModelSpec> Model { get; } =
        from layers in Gen.Int[1, 3]
        from headDim in Gen.Int[1, 9]
        from kvHeads in Gen.Int[1, 3]
        from groups in Gen.Int[1, 3]
        from dFf in Gen.Int[1, 80]
        from vocabulary in Gen.Int[1, 150]
        from positions in Gen.Int[20, 40]
        from tied in Gen.Bool
        from bias in Gen.Bool
        from norm in Gen.Bool
        select new GptSizes
        {
            Name = "arbitrary",
            Layers = layers,
            DModel = headDim * kvHeads * groups,
            Heads = kvHeads * groups,
            KvHeads = kvHeads,
            DFf = dFf,
            Vocabulary = vocabulary,
            Positions = positions,
            TiedOutput = tied,
            LinearBias = bias,
            FinalNorm = norm,
        }.Model("arbitrary");

    private static Gen<DataType?> CacheType { get; } = Gen.Int[0, 9].Select(
        i => i < 5 ? ((DataType?[])[DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int8, DataType.Float8])[i] : null);

    public static Gen<Workload> Workload { get; } =
        from batch in Gen.Int[1, 4]
        from prompt in Gen.Int[1, 12]
        from newTokens in Gen.Int[1, 8]
        from type in Gen.OneOf(DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int8)
        from attention in Gen.Enum<AttentionKernel>()
        from logits in Gen.Enum<LogitsFor>()
        from cache in Gen.Enum<CachePolicy>()
        from block in Gen.Int[1, 9]
        from windows in Gen.Enum<WindowCache>()
        from groups in Gen.Enum<GroupedHeads>()
        from chunk in Gen.Int[0, 13]
        from kvType in CacheType
        from keyType in CacheType
        from valueType in CacheType
        select new Workload
        {
            Batch = batch,
            Prompt = prompt,
            NewTokens = newTokens,
            Type = type,
            Attention = attention,
            Logits = logits,
            Cache = cache,
            CacheBlock = block,
            WindowCache = windows,
            GroupedHeads = groups,
            PrefillChunk = chunk == 0 ? null : chunk,
            KvType = kvType,
            KeyType = keyType,
            ValueType = valueType,
        };

    /// <summary>Bytes of a key and a value of one head of one token, by hand: narrow ones have a scale in the compute type.</summary>
    public static long HeadBytes(Workload w, long width)
    {
        var element = w.Type == DataType.Float32 ? 4 : 2;
        return Of(w.KeyType ?? w.KvType) + Of(w.ValueType ?? w.KvType);

        long Of(DataType? type) => type switch
        {
            null => element * width,
            DataType.Float32 => 4 * width,
            DataType.Float16 or DataType.BFloat16 => 2 * width,
            _ => width + element,
        };
    }

    public static Gen<(ModelSpec Model, Workload Workload)> Decode { get; } = Gen.Select(Model, Workload);
}
