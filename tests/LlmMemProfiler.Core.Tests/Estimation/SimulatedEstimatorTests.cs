using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class SimulatedEstimatorTests
{
    private static readonly ModelSpec Tiny = ModelPresets.Find("tiny");

    private static readonly Workload Short = new() { Batch = 1, Prompt = 8, NewTokens = 4 };

    /// <summary>2 layers, d 64, feed-forward 256, vocabulary 500, 128 positions, biases, final norm; B 1, P 8, T 4.</summary>
    private static readonly (long Weights, long Cache, long Inputs) Lasting = (
        2 * (32_000 + 8_192 + (2 * ((12 * 4096) + 256 + 192 + 64 + 256 + 64)) + 128),
        2 * 2 * 2 * 12 * 64,
        8 * (8 + 4));

    [Fact]
    public void The_tiny_model_peaks_at_the_first_layers_GELU()
    {
        var estimate = SimulatedEstimator.Estimate(Tiny, Short);

        // Eight tokens: the block's input [8, 64] beside the wide rows [8, 256] before and after GELU.
        const long activations = 2 * ((8 * 64) + (8 * 256) + (8 * 256));
        Assert.Equal(
            [
                (Part.Weights, new(Lasting.Weights)), (Part.KvCache, new(Lasting.Cache)), (Part.Activations, new(activations)),
                (Part.Logits, new(0)), (Part.Inputs, new(Lasting.Inputs)), (Part.Workspace, new(0)),
            ],
            estimate.Parts.Known);
        Assert.Equal(296_032, estimate.TensorPeak!.Value.Bytes);
        Assert.Equal("prefill, layer 0, Gelu (activations)", estimate.PeakAt);
    }

    /// <summary>What the hook counted: libtorch 2.10.0+cu128 on a virtual A100, that is, on a stand-in for CUDA's runtime.</summary>
    [Fact]
    public void On_a_GPU_the_tensor_peak_counts_the_allocators_blocks()
    {
        var target = Targets.Find("a100-80", threads: 1, _ => null);
        var estimate = SimulatedEstimator.Estimate(Tiny, new() { Prompt = 64, NewTokens = 64 }, target);

        Assert.Equal(426_496, estimate.TensorPeak!.Value.Bytes);
        Assert.Equal((Counted.Blocks, 426_496), (estimate.TensorParts.Counted, estimate.TensorParts.Total.Bytes));
        Assert.Equal(286_208, estimate.TensorParts[Part.Weights]!.Value.Bytes);
        Assert.Equal(9_994_752, estimate.AllocatedPeak!.Value.Bytes);
    }

    /// <summary>Measured on a virtual A100 with libtorch 2.10.0.</summary>
    [Fact]
    public void A_small_workspace_of_cuBLAS_leaves_cuBLASLts_as_it_is()
    {
        var target = Targets.Find("a100-80", threads: 1, name => name == "CUBLAS_WORKSPACE_CONFIG" ? ":16:8" : null);
        var estimate = SimulatedEstimator.Estimate(ModelPresets.Find("gpt2"), new() { Prompt = 64, NewTokens = 4 }, target);

        Assert.Equal((259_880_960, 272_629_760), (estimate.AllocatedPeak!.Value.Bytes, estimate.ReservedPeak!.Value.Bytes));
    }

    /// <summary>Measured with libtorch 2.10.0 on virtual A100s: one that gives addresses as an H100's driver does, and one whose addresses rise.</summary>
    [Fact]
    public void Where_the_order_of_addresses_matters_the_peak_with_rising_ones_stands_beside()
    {
        var target = Targets.Find("a100-80", threads: 1, _ => null);
        var workload = new Workload
        {
            Batch = 2,
            Prompt = 100,
            NewTokens = 12,
            Cache = CachePolicy.Concat,
            Attention = AttentionKernel.Math,
            Logits = LogitsFor.All,
        };
        var estimate = SimulatedEstimator.Estimate(ModelPresets.Find("gpt2"), workload, target);

        Assert.Equal(294_493_696, estimate.AllocatedPeak!.Value.Bytes);
        Assert.Equal((299_892_736, 301_989_888), (estimate.ReservedPeak!.Value.Bytes, estimate.ReservedPeakRising!.Value.Bytes));
        Assert.Null(SimulatedEstimator.Estimate(Tiny, Short, target).ReservedPeakRising);
    }

    [Fact]
    public void An_allocator_that_is_not_simulated_leaves_its_levels_unknown()
    {
        var target = Targets.Find("a100-80", threads: 1, name => name == "PYTORCH_CUDA_ALLOC_CONF" ? "backend:cudaMallocAsync" : null);
        var estimate = SimulatedEstimator.Estimate(Tiny, Short, target);

        Assert.Equal((null, null, null), (estimate.AllocatedPeak, estimate.ReservedPeak, estimate.ReservedPeakRising));
        Assert.Contains("allocated and reserved peak: backend:cudaMallocAsync is not simulated", estimate.Unknown);
        Assert.Equal(296_032, estimate.TensorPeak!.Value.Bytes);
    }

    [Fact]
    public void The_tiny_models_decode_peaks_at_its_logits()
    {
        var estimate = SimulatedEstimator.Estimate(Tiny, Short);

        // One token: hidden state and its normed copy [1, 64], logits [1, 500].
        var lasting = Lasting.Weights + Lasting.Cache + Lasting.Inputs;
        Assert.Equal(
            [
                new(Phase.Load, new(lasting)), new(Phase.Prefill, new(lasting + 9_216)),
                new(Phase.Decode, new(lasting + (2 * (64 + 64 + 500)))),
            ],
            estimate.Phases);
    }

    [Fact]
    public void In_INT8_the_tiny_model_peaks_with_its_output_layer_dequantised()
    {
        var estimate = SimulatedEstimator.Estimate(Tiny, Short with { Type = DataType.Int8 });

        // Eight hidden states, one normed copy; logits; the whole embedding [500, 64] once more in FP16.
        Assert.Equal((2 * ((8 * 64) + 64), 2 * 500, 2 * 500 * 64), (Of(Part.Activations), Of(Part.Logits), Of(Part.Workspace)));
        Assert.Equal(153_576, Of(Part.Weights));
        Assert.Equal(225_968, estimate.TensorPeak!.Value.Bytes);

        long Of(Part part) => estimate.Parts[part]!.Value.Bytes;
    }

    [Fact]
    public void After_each_step_only_weights_cache_and_token_ids_are_live() => Arbitrary.Decode.Sample((m, w) =>
    {
        var ledger = Booked(m, w);
        var table = TensorTable.For(m, w);

        Assert.Equal(1 + w.PrefillPasses + w.NewTokens - 1, ledger.Steps.Count);
        Assert.All(ledger.Steps, step =>
        {
            var cache = CacheAfter(m, w, step);
            Assert.Equal(table.Size(Part.Weights), step.AtEnd[Part.Weights]);
            Assert.Equal(table.Size(Part.Inputs), step.AtEnd[Part.Inputs]);
            Assert.Equal(cache, step.AtEnd[Part.KvCache]!.Value.Bytes);
            Assert.Equal((table.Size(Part.Weights) + table.Size(Part.Inputs)).Bytes + cache, step.AtEnd.Total.Bytes);
        });
    });

    /// <summary>By hand: N layers × B × kv_heads × positions held × bytes of a key and a value, with their scales.</summary>
    private static long CacheAfter(ModelSpec m, Workload w, StepRecord step)
    {
        var written = step.Phase switch
        {
            Phase.Load => 0,
            Phase.Prefill => Math.Min(w.Prompt, (step.Step + 1) * (w.PrefillChunk ?? w.Prompt)),
            _ => w.Prompt + step.Step,
        };
        var held = w.Cache switch
        {
            CachePolicy.Preallocated => w.Prompt + w.NewTokens,
            CachePolicy.Concat => written,
            _ => (int)Math.Ceiling(written / (double)w.CacheBlock) * w.CacheBlock,
        };
        return (long)w.Batch * m.Layers * GptSizes.Of(m).KvHeads * held * Arbitrary.HeadBytes(w, m.DModel / GptSizes.Of(m).Heads);
    }

    [Fact]
    public void Steps_are_told_apart_by_phase_and_number()
    {
        var steps = Booked(Tiny, Short).Steps;

        Assert.Equal(
            [(Phase.Load, 0), (Phase.Prefill, 0), (Phase.Decode, 1), (Phase.Decode, 2), (Phase.Decode, 3)],
            steps.Select(s => (s.Phase, s.Step)));
    }

    /// <summary>A GPU's libraries keep workspaces of up to 33 MiB, hundreds of times this model: they are no tensors.</summary>
    [Theory]
    [InlineData("cpu", DataType.Float32)]
    [InlineData("h100", DataType.Float16)]
    [InlineData("h100", DataType.Float32)]
    [InlineData("a100-80", DataType.Int8)]
    [InlineData("v100", DataType.Float16)]
    public void The_tensor_peak_is_the_same_on_every_device_but_for_the_rounding_of_blocks(string target, DataType type)
    {
        var workload = Short with { Type = type };
        var (here, anywhere) = (SimulatedEstimator.Estimate(Tiny, workload, Targets.Find(target, 2, _ => null)), SimulatedEstimator.Estimate(Tiny, workload));

        if (target == "cpu")
        {
            Assert.Equal(anywhere.TensorPeak, here.TensorPeak);
            Assert.Equal(anywhere.TensorParts.Known, here.TensorParts.Known);
            Assert.Equal(anywhere.Phases.Select(p => p.TensorPeak), here.Phases.Select(p => p.TensorPeak));
            return;
        }
        // The model has 34 tensors, the activations at most ten: none of them gains a whole granule.
        Assert.All(here.TensorParts.Known, part => Assert.Equal(0, part.Size.Bytes % 512));
        Assert.InRange((here.TensorPeak - anywhere.TensorPeak)!.Value.Bytes, 1, 512 * 60);
        Assert.True(here.AllocatedPeak!.Value.Bytes > here.TensorPeak!.Value.Bytes + (8 << 20), $"{here.AllocatedPeak} holds no workspace");
    }

    [Fact]
    public void The_same_decode_has_the_same_trace() => Arbitrary.Decode.Sample((m, w) =>
    {
        var (first, second) = (new Recording(), new Recording());
        SymbolicRun.Decode(m, w, first);
        SymbolicRun.Decode(m, w, second);

        Assert.Equal(first.Events, second.Events);
    });

    private static AllocationLedger Booked(ModelSpec model, Workload workload)
    {
        var ledger = new AllocationLedger();
        SymbolicRun.Decode(model, workload, ledger);
        ledger.Flush();
        return ledger;
    }
}
