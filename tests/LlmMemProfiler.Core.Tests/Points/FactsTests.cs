using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Points;

public class FactsTests
{
    [Fact]
    public void A_model_is_named_by_all_its_numbers() => Assert.Equal(
        new("tiny-gqa", ModelPresets.Find("tiny-gqa").Parameters, 3, 96, 6, 2, 16, 384, 300, 128, false, true, true),
        ModelFacts.Of(ModelPresets.Find("tiny-gqa")));

    [Fact]
    public void A_workload_is_named_by_the_options_of_the_command_line()
    {
        var workload = new Workload { Batch = 2, Prompt = 3, NewTokens = 4, Type = DataType.Int8 };

        Assert.Equal(new(2, 3, 4, DataType.Int8, DataType.Float16, CachePolicy.Preallocated, null, AttentionKernel.Fused, null, LogitsFor.Last), WorkloadFacts.Of(workload));
        Assert.Equal(
            new(2, 3, 4, DataType.BFloat16, DataType.Float32, CachePolicy.Paged, 32, AttentionKernel.Math, 2, LogitsFor.All),
            WorkloadFacts.Of(workload with
            {
                Type = DataType.BFloat16,
                KvType = DataType.Float32,
                Cache = CachePolicy.Paged,
                CacheBlock = 32,
                Attention = AttentionKernel.Math,
                PrefillChunk = 2,
                Logits = LogitsFor.All,
            }));
        var apart = WorkloadFacts.Of(workload with { KvType = DataType.Int8, ValueType = DataType.Float32 });
        Assert.Equal((DataType.Int8, DataType.Float32), (apart.KvDtype, apart.VDtype));
        Assert.Equal(apart, WorkloadFacts.Of(workload with { KeyType = DataType.Int8, ValueType = DataType.Float32 }));
        Assert.Null(WorkloadFacts.Of(workload with { KvType = DataType.Int8, ValueType = DataType.Int8 }).VDtype);
        Assert.Equal(apart, WorkloadFacts.Of(apart.ToWorkload(ModelPresets.Find("tiny"))));
        Assert.Equal(WindowCache.Bounded, WorkloadFacts.Of(workload with { WindowCache = WindowCache.Bounded }).WindowCache);
        Assert.Equal(GroupedHeads.Fold, WorkloadFacts.Of(workload with { GroupedHeads = GroupedHeads.Fold }).GroupedHeads);
        Assert.Equal(CachePolicy.Concat, WorkloadFacts.Of(workload with { Cache = CachePolicy.Concat }).Cache);
    }

    [Fact]
    public void A_recorded_workload_is_the_one_that_was_measured()
    {
        var model = OwnForm.Read("""{ "model_type": "mistral", "sliding_window": 8, "num_key_value_heads": 8 }""");
        var workload = new Workload { Type = DataType.Float32, KvType = DataType.Float32, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold };

        Assert.Equal(workload, WorkloadFacts.Of(workload).ToWorkload(model));
    }

    [Fact]
    public void A_title_tells_what_is_not_as_usual()
    {
        var facts = WorkloadFacts.Of(new() { WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold });

        Assert.Equal("mistral fp16 batch 1 64+64 bounded windows folded heads", PointTitle.Short("mistral", facts));
        Assert.Equal(
            "mistral, fp16, batch 1, prompt 64 + 64 new tokens, bounded windows, fused attention, folded heads, logits for the last position",
            PointTitle.Long("mistral", facts));
    }
}
