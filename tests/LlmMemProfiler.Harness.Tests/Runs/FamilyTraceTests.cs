using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>The symbolic run and the real one of each family, block by block.</summary>
public class FamilyTraceTests(TorchFixture torch)
{
    private static readonly Workload[] Workloads =
    [
        new() { Batch = 2, Prompt = 13, NewTokens = 4 },
        new() { Prompt = 13, NewTokens = 3, Attention = AttentionKernel.Math },
        new() { Batch = 2, Prompt = 11, NewTokens = 4, PrefillChunk = 4, Cache = CachePolicy.Paged, CacheBlock = 4, Logits = LogitsFor.All },
        new() { Batch = 3, Prompt = 9, NewTokens = 3, PrefillChunk = 5, Cache = CachePolicy.Concat, Attention = AttentionKernel.Math },
    ];

    private readonly Traces traces = new(torch.Library);

    public static TheoryData<string> Names => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void In_FP32_the_whole_trace_is_predicted_kernels_scratch_included(string name) =>
        Assert.All(Workloads, workload => traces.RequireEqual(TinyModels.Find(name), workload with { Type = DataType.Float32 }));

    [Theory]
    [MemberData(nameof(Names))]
    public void In_narrow_types_the_tensors_are_predicted(string name)
    {
        Assert.All(Workloads[1..3], workload => traces.RequireEqualTensors(TinyModels.Find(name), workload with { Type = DataType.Float16 }));
        traces.RequireEqualTensors(TinyModels.Find(name), Workloads[2] with { Type = DataType.BFloat16, KvType = DataType.Float32 });
        traces.RequireEqualTensors(TinyModels.Find(name), Workloads[3] with { Type = DataType.Int8, KvType = DataType.BFloat16 });
    }
}
