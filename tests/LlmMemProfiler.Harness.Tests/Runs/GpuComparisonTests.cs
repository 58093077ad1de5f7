using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>What a run on a GPU would be compared with, without one: the facts are a record's.</summary>
public class GpuComparisonTests
{
    private static readonly DeviceFacts Gpu = new(DeviceKind.Cuda, "A GPU", "GPU-1", new(80L << 30), "9.0", "580.82.07");

    [Fact]
    public void The_caching_allocators_blocks_are_compared_and_not_the_requests()
    {
        var comparison = Comparison(new() { Prompt = 33, NewTokens = 5, Batch = 2 });
        var predicted = Events(comparison);
        Assert.All(predicted, e => Assert.Equal(0, e.Size % 512));
        Assert.DoesNotContain(predicted, e => e.Tag.Phase == Core.Accounts.Phase.Init);

        var same = comparison.Compare(predicted, isComplete: true);
        Assert.Equal((predicted.Count, 0), (same.EqualEvents, same.Differences));
        var estimate = comparison.Estimates()[^1];
        Assert.True(estimate.ReservedPeak >= estimate.AllocatedPeak);
        // cuBLAS's and cuBLASLt's, from the warm-up on.
        Assert.Equal(new ByteSize(33_554_432 + 1_048_576), estimate.Parts[Core.Accounts.Part.Workspace]);
    }

    [Fact]
    public void A_block_that_was_rounded_otherwise_is_a_difference_with_its_place()
    {
        var comparison = Comparison(new() { Prompt = 33, NewTokens = 5 });
        var measured = Events(comparison);
        var at = measured.FindIndex(e => e is { Tag.Operation: Operation.Gelu, Size: > 0 });
        var block = measured[at].Block;
        for (var i = at; i < measured.Count; i++)
        {
            if (measured[i].Block != block)
                continue;
            measured[i] = measured[i] with { Size = measured[i].Size + (512 * Math.Sign(measured[i].Size)) };
            if (measured[i].Size < 0)
                break;
        }
        var found = comparison.Compare(measured, isComplete: true);
        Assert.Equal(2, found.Differences);
        Assert.Contains("Gelu", found.First[0].Where, StringComparison.Ordinal);
    }

    /// <summary>A chunk of one token has one row in one sequence, and two in two: only these go through cuBLASLt in 2.10.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void No_workspace_is_left_for_the_run_to_take(int batch)
    {
        var comparison = Comparison(new() { Prompt = 5, NewTokens = 3, Batch = batch, PrefillChunk = 1 }, libtorch: "2.10.0 (package)");
        Assert.DoesNotContain(Events(comparison), e => e.Tag.Operation == Operation.KeepWorkspace);
    }

    [Theory]
    [InlineData(DataType.Float16, AttentionKernel.Fused, null, true, "flash")]
    [InlineData(DataType.Float16, AttentionKernel.Fused, 8, true, "flash,efficient")]
    [InlineData(DataType.Float32, AttentionKernel.Fused, null, true, "efficient")]
    [InlineData(DataType.BFloat16, AttentionKernel.Fused, 8, false, "cudnn")]
    [InlineData(DataType.Float16, AttentionKernel.Math, null, true, "")]
    public void The_attention_kernel_is_named(DataType type, AttentionKernel attention, int? chunk, bool isPinned, string names)
    {
        var comparison = Comparison(new() { Type = type, Attention = attention, Prompt = 24, NewTokens = 3, PrefillChunk = chunk }, isPinned);
        Assert.Equal(names, string.Join(',', comparison.Cuda!.Attention));
    }

    private static RunComparison Comparison(Workload workload, bool isPinned = true, string libtorch = "2.11.0 (--libtorch)")
    {
        var cuda = new CudaFacts { Multiprocessors = 132, Cudnn = 91_900, Attention = [], Levels = [] };
        var variables = isPinned ? Device.Compute.PinnedVariables.All : new Dictionary<string, string>();
        var host = new HostFacts("Linux", "A processor", 4, 2, ".NET 10", "0.1.0", "0.107.0", libtorch, variables);
        var model = (GptSizes.Of(ModelPresets.Find("gpt2")) with { Layers = 2 }).Model("test");
        return RunComparison.ForGpu(new(model, workload, Seed: 1), Gpu, host, cuda);
    }

    private static List<AllocationEvent> Events(RunComparison comparison)
    {
        var recorder = new Recorder();
        comparison.Predict(recorder);
        return recorder.Events;
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
