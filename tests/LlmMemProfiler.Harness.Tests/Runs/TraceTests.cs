using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>The symbolic run and the real one, block by block.</summary>
public class TraceTests(TorchFixture torch)
{
    private readonly Traces traces = new(torch.Library);

    public static TheoryData<string, DataType, AttentionKernel, LogitsFor, int> Points()
    {
        var data = new TheoryData<string, DataType, AttentionKernel, LogitsFor, int>();
        foreach (var model in (string[])["tiny", "tiny-guide", "tiny-gqa"])
        {
            foreach (var type in DataTypes.OfWeights.Values)
            {
                foreach (var attention in Enum.GetValues<AttentionKernel>())
                {
                    foreach (var batch in (int[])[1, 3])
                        data.Add(model, type, attention, batch == 1 ? LogitsFor.Last : LogitsFor.All, batch);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Points))]
    public void The_predicted_tensors_are_the_measured_ones_event_for_event(
        string modelName, DataType type, AttentionKernel attention, LogitsFor logits, int batch) =>
        traces.RequireEqualTensors(
            ModelPresets.Find(modelName),
            new() { Type = type, Attention = attention, Logits = logits, Batch = batch, Prompt = 13, NewTokens = 5 });

    public static TheoryData<DataType, AttentionKernel, CachePolicy, int, int?> WaysToRun()
    {
        var data = new TheoryData<DataType, AttentionKernel, CachePolicy, int, int?>();
        foreach (var type in DataTypes.OfWeights.Values)
        {
            foreach (var attention in Enum.GetValues<AttentionKernel>())
            {
                foreach (var cache in Enum.GetValues<CachePolicy>())
                {
                    foreach (var batch in (int[])[1, 3])
                    {
                        foreach (var chunk in (int?[])[null, 5])
                            data.Add(type, attention, cache, batch, chunk);
                    }
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void So_they_are_in_every_way_to_run(DataType type, AttentionKernel attention, CachePolicy cache, int batch, int? chunk)
    {
        var workload = new Workload
        {
            Type = type,
            Attention = attention,
            Cache = cache,
            CacheBlock = 4,
            Batch = batch,
            PrefillChunk = chunk,
            Prompt = 13,
            NewTokens = 7,
        };
        traces.RequireEqualTensors(ModelPresets.Find("tiny"), workload);
        traces.RequireEqualTensors(ModelPresets.Find("tiny-gqa"), workload with { KvType = DataType.Float32, Logits = LogitsFor.All });
    }

    public static TheoryData<AttentionKernel, CachePolicy, int, int?> WholeTraces()
    {
        var data = new TheoryData<AttentionKernel, CachePolicy, int, int?>();
        foreach (var attention in Enum.GetValues<AttentionKernel>())
        {
            foreach (var cache in Enum.GetValues<CachePolicy>())
            {
                foreach (var batch in (int[])[1, 2, 3])
                {
                    foreach (var chunk in (int?[])[null, 1, 40])
                        data.Add(attention, cache, batch, chunk);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(WholeTraces))]
    public void In_FP32_the_whole_trace_is_predicted_kernels_scratch_included(
        AttentionKernel attention, CachePolicy cache, int batch, int? chunk)
    {
        var workload = new Workload
        {
            Type = DataType.Float32,
            Attention = attention,
            Cache = cache,
            Batch = batch,
            PrefillChunk = chunk,
            Prompt = 77,
            NewTokens = 5,
        };
        foreach (var model in (string[])["tiny", "tiny-guide", "tiny-gqa"])
            traces.RequireEqual(ModelPresets.Find(model), workload);
    }

    [Theory]
    [InlineData(1, DataType.Float32)]
    [InlineData(33, DataType.Float32)]
    [InlineData(191, DataType.Float32)]
    [InlineData(192, DataType.Float32)]
    [InlineData(513, DataType.Float32)]
    [InlineData(767, DataType.Float32)]
    [InlineData(900, DataType.Float32)]
    [InlineData(33, DataType.Float16)]
    [InlineData(513, DataType.BFloat16)]
    public void Fused_attentions_buffers_follow_its_blocks_of_queries_and_keys(int prompt, DataType type)
    {
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { Positions = 1024 }).Model("test");
        var workload = new Workload { Type = type, Prompt = prompt, NewTokens = 3, Batch = 2 };
        var predicted = new Trace();
        SymbolicRun.Decode(model, workload, predicted, new CpuKernels(torch.Library.Threads));
        var measured = new Trace();
        traces.Measure(model, workload, measured);
        Assert.Equal(Attention(predicted), Attention(measured));

        // Sizes alone: in half precision oneDNN's own buffers stand between, and change the numbers.
        static string[] Attention(Trace trace) =>
            [.. trace.Lines.Where(l => l.Contains("FusedAttention", StringComparison.Ordinal)).Select(l => l[l.IndexOf(':', StringComparison.Ordinal)..])];
    }

    [Fact]
    public void A_wrong_kernel_model_is_caught_and_the_operation_named()
    {
        var workload = new Workload { Type = DataType.Float32, Prompt = 5, NewTokens = 2 };
        var measured = new Recorder();
        traces.Measure(ModelPresets.Find("tiny"), workload, measured);
        var comparison = new TraceComparison(measured.Events);
        SymbolicRun.Decode(ModelPresets.Find("tiny"), workload, comparison, new WithWideStatistics(torch.Library.Threads));

        // Two norms in each of two layers and a final one, in prefill and in one step. Of FP32 numbers five rows' are 20 bytes.
        var facts = comparison.Complete();
        Assert.Equal((10, 0), (facts.Differences, facts.TensorDifferences));
        Assert.Equal(
            "prefill, layer 0, LayerNorm (activations): expected +1,280 +40 +40 −40 −40 B, measured +1,280 +20 +20 −20 −20 B, and 3 more like it",
            facts.First[0].ToString());
    }

    /// <summary>Believes that layer norm keeps its statistics in INT64.</summary>
    private sealed class WithWideStatistics(int threads) : KernelModel
    {
        private readonly CpuKernels right = new(threads);

        public override string Name => "wrong";

        public override IReadOnlyList<string> Unknown => [];

        public override DataType NormStatistics(DataType type) => DataType.Int64;

        public override KernelScript FusedAttention(in AttentionShape shape) => right.FusedAttention(shape);

        public override KernelScript Scale(DataType type) => right.Scale(type);
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
