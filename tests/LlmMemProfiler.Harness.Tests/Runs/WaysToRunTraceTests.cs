using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>The symbolic run and the real one of models with windows and grouped heads, block by block.</summary>
public class WaysToRunTraceTests(TorchFixture torch)
{
    private readonly Traces traces = new(torch.Library);

    /// <summary>Each model with each cache, and with each way to read its prompt; the next one pairs them otherwise.</summary>
    public static TheoryData<string, CachePolicy, int?> Windowed
    {
        get
        {
            var data = new TheoryData<string, CachePolicy, int?>();
            int?[] chunks = [null, 4, 9];
            foreach (var (number, name) in Names(attention => attention.Window is not null).Index())
            {
                foreach (var cache in Enum.GetValues<CachePolicy>())
                    data.Add(name, cache, chunks[(number + (int)cache) % chunks.Length]);
            }
            return data;
        }
    }

    public static TheoryData<string> Grouped => [.. Names(attention => attention.KvHeads < attention.Heads)];

    [Theory]
    [MemberData(nameof(Windowed))]
    public void Caches_that_windows_bound_are_predicted(string name, CachePolicy cache, int? chunk)
    {
        var workload = new Workload
        {
            Batch = 2,
            Prompt = 22,
            NewTokens = 5,
            Cache = cache,
            CacheBlock = 4,
            PrefillChunk = chunk,
            WindowCache = WindowCache.Bounded,
        };
        var model = TinyModels.Find(name);
        foreach (var attention in Enum.GetValues<AttentionKernel>())
            traces.RequireEqual(model, workload with { Type = DataType.Float32, Attention = attention });
        traces.RequireEqualTensors(model, workload with { Type = DataType.BFloat16, KvType = chunk == 4 ? null : DataType.Float32 });
        traces.RequireEqualTensors(model, workload with { Type = DataType.Float16, KeyType = DataType.Int8 });
    }

    [Theory]
    [MemberData(nameof(Grouped))]
    public void Folded_heads_are_predicted(string name)
    {
        var model = TinyModels.Find(name);
        foreach (var (attention, cache) in ((AttentionKernel, CachePolicy)[])[(AttentionKernel.Fused, CachePolicy.Preallocated), (AttentionKernel.Math, CachePolicy.Paged)])
        {
            var workload = new Workload { Batch = 2, Prompt = 9, NewTokens = 4, Attention = attention, Cache = cache, CacheBlock = 4, GroupedHeads = GroupedHeads.Fold };
            traces.RequireEqual(model, workload with { Type = DataType.Float32, PrefillChunk = 4 });
            traces.RequireEqualTensors(model, workload with { Type = DataType.BFloat16 });
        }
    }

    private static IEnumerable<string> Names(Func<Attention, bool> has) =>
        TinyModels.Names.Where(name => TinyModels.Find(name).Blocks.SelectMany(block => block.Branches).Any(branch => branch.Sublayer is Attention attention && has(attention)));
}
