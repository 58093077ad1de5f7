using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>The symbolic run and the real one over quantized caches, block by block.</summary>
public class QuantizedCacheTraceTests(TorchFixture torch)
{
    private static readonly Workload[] Workloads =
    [
        new() { Batch = 2, Prompt = 13, NewTokens = 4, KvType = DataType.Int8 },
        new() { Prompt = 13, NewTokens = 3, PrefillChunk = 4, Attention = AttentionKernel.Math, KvType = DataType.Float8 },
        new() { Batch = 2, Prompt = 11, NewTokens = 4, PrefillChunk = 4, Cache = CachePolicy.Paged, CacheBlock = 4, KeyType = DataType.Int8 },
        new() { Batch = 2, Prompt = 11, NewTokens = 4, Cache = CachePolicy.Paged, CacheBlock = 4, Attention = AttentionKernel.Math, ValueType = DataType.Float8 },
        new() { Batch = 3, Prompt = 9, NewTokens = 3, PrefillChunk = 5, Cache = CachePolicy.Concat, KeyType = DataType.Float8, ValueType = DataType.Int8 },
        new() { Prompt = 9, NewTokens = 3, Cache = CachePolicy.Concat, Attention = AttentionKernel.Math, KvType = DataType.Int8, ValueType = DataType.Float16 },
    ];

    private readonly Traces traces = new(torch.Library);

    public static TheoryData<string> Names =>
    [
        "gpt2", "llama", "llama, one head of keys, biases", "mistral", "gemma2", "gpt_neox", "falcon, ALiBi", "mpt", "bloom", "opt, norms after",
        "gemma4_text", "gemma4_text, experts", "llama4_text",
        .. TinyModels.Names.Where(name => TinyModels.Find(name).Blocks.Any(block => block.Branches.Any(branch => branch.Sublayer is LatentAttention))),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void In_FP32_the_whole_trace_is_predicted_kernels_scratch_included(string name) =>
        Assert.All(Workloads, workload => traces.RequireEqual(TinyModels.Find(name), workload with { Type = DataType.Float32 }));

    [Theory]
    [MemberData(nameof(Names))]
    public void In_narrow_types_the_tensors_are_predicted(string name)
    {
        traces.RequireEqualTensors(TinyModels.Find(name), Workloads[0] with { Type = DataType.BFloat16 });
        traces.RequireEqualTensors(TinyModels.Find(name), Workloads[3] with { Type = DataType.Float16 });
        traces.RequireEqualTensors(TinyModels.Find(name), Workloads[4] with { Type = DataType.Int8 });
    }
}
