using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
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
        Assert.Equal(CachePolicy.Concat, WorkloadFacts.Of(workload with { Cache = CachePolicy.Concat }).Cache);
    }
}
