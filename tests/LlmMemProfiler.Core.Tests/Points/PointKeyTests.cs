using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Points;

public class PointKeyTests
{
    private static readonly PointKey Key = new(
        ModelFacts.Of(ModelPresets.Find("tiny")), WorkloadFacts.Of(new() { Prompt = 8, NewTokens = 4 }), DeviceKind.Cpu, "");

    /// <summary>Results of earlier versions stay comparable as long as this does not change.</summary>
    [Fact]
    public void An_id_stays_what_it_was() => Assert.Equal("b09f9fb65aa2f8e8", Key.Id);

    [Fact]
    public void Equal_keys_have_equal_ids() => Assert.Equal(
        Key.Id, new PointKey(Key.Model with { }, Key.Workload with { }, DeviceKind.Cpu, "").Id);

    [Fact]
    public void Any_other_field_makes_another_id()
    {
        var (m, w) = (Key.Model, Key.Workload);
        PointKey[] others =
        [
            Key with { Device = DeviceKind.Cuda },
            Key with { Allocator = "expandable_segments:True" },
            .. new[]
            {
                m with { Name = "other" }, m with { Parameters = 1 }, m with { Layers = 3 }, m with { DModel = 1 },
                m with { Heads = 1 }, m with { KvHeads = 1 }, m with { HeadDim = 1 }, m with { DFf = 1 }, m with { Vocabulary = 1 },
                m with { Positions = 1 }, m with { TiedOutput = false }, m with { LinearBias = false }, m with { FinalNorm = false },
            }.Select(other => Key with { Model = other }),
            .. new[]
            {
                w with { Batch = 2 }, w with { Prompt = 9 }, w with { NewTokens = 5 }, w with { Dtype = DataType.BFloat16 },
                w with { KvDtype = DataType.Float32 }, w with { VDtype = DataType.Float32 },
                w with { Cache = CachePolicy.Paged }, w with { Attention = AttentionKernel.Math }, w with { PrefillChunk = 4 }, w with { Logits = LogitsFor.All },
                w with { WindowCache = WindowCache.Bounded }, w with { GroupedHeads = GroupedHeads.Fold },
            }.Select(other => Key with { Workload = other }),
        ];

        var ids = others.Select(k => k.Id).Append(Key.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{16}$", id));
    }
}
