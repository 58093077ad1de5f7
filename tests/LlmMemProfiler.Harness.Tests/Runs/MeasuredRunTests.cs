using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Saving;

namespace LlmMemProfiler.Harness.Tests.Runs;

public sealed class MeasuredRunTests(TorchFixture torch) : IDisposable
{
    private readonly ComputeDevice cpu = ComputeDevice.Find("cpu", torch.Library);

    [Theory]
    [InlineData("tiny", DataType.Float16)]
    [InlineData("tiny-gqa", DataType.Int8)]
    public void The_account_is_closed_to_the_byte(string model, DataType type)
    {
        var measured = Run(model, new() { Type = type, Prompt = 9, NewTokens = 4, Batch = 2 }).Measured;
        Assert.Equal(measured.DevicePeak, measured.Parts.Total);
        Assert.Equal(measured.TensorPeak, measured.TensorParts.Total);
        var owners = Parts.All.Where(p => (int)p < Parts.Owners).Sum(p => measured.Parts[p]!.Value.Bytes);
        Assert.Equal(measured.AllocatedPeak!.Value.Bytes, owners);
        Assert.NotNull(measured.Parts[Part.Context]);
        Assert.NotNull(measured.Parts[Part.Residual]);
        Assert.Equal(measured.ReservedPeak, measured.AllocatedPeak + measured.Parts[Part.Slack]);
        Assert.Contains(measured.Unknown, line => line.Contains("rounding", StringComparison.Ordinal));
    }

    /// <summary>The kernel's counters are kept by processor and added up with some delay.</summary>
    [Fact]
    public void The_process_never_had_less_than_the_peak_and_the_files_at_that_moment()
    {
        var measured = Run("tiny", new() { Prompt = 9, NewTokens = 4 }).Measured;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        var highest = long.Parse(line[6..^3], System.Globalization.CultureInfo.InvariantCulture) << 10;
        Assert.True(highest + (1 << 20) >= (measured.DevicePeak + measured.File)!.Value.Bytes, $"high-water mark {highest}; {measured.DevicePeak} and {measured.File}");
        Assert.True(measured.DevicePeak > measured.AllocatedPeak + measured.Parts[Part.Context]);
    }

    [Fact]
    public void Weights_and_cache_are_those_of_the_table_exactly()
    {
        var workload = new Workload { Prompt = 9, NewTokens = 4, Batch = 2 };
        var measured = Run("tiny", workload).Measured;
        var table = TensorTable.For(ModelPresets.Find("tiny"), workload);
        Assert.Equal(table.Size(Part.Weights), measured.TensorParts[Part.Weights]);
        Assert.Equal(table.Size(Part.KvCache), measured.TensorParts[Part.KvCache]);
        Assert.Equal(table.Size(Part.Inputs), measured.TensorParts[Part.Inputs]);
    }

    [Theory]
    [InlineData(DataType.Float32, AttentionKernel.Fused)]
    [InlineData(DataType.Float32, AttentionKernel.Math)]
    [InlineData(DataType.BFloat16, AttentionKernel.Fused)]
    [InlineData(DataType.BFloat16, AttentionKernel.Math)]
    [InlineData(DataType.Float16, AttentionKernel.Math)]
    [InlineData(DataType.Int8, AttentionKernel.Fused)]
    public void The_whole_trace_is_predicted_and_so_the_allocated_peak(DataType type, AttentionKernel attention)
    {
        var record = Run("tiny", new() { Type = type, Attention = attention, Prompt = 21, NewTokens = 9, Batch = 3, PrefillChunk = 8 });

        Assert.Empty(record.Trace!.First.Select(d => d.ToString()));
        Assert.Equal(record.Events.Count, record.Trace.EqualEvents);
        Assert.Equal(record.Measured.AllocatedPeak, record.Estimates[^1].AllocatedPeak);
        var allocated = record.Measured.Parts.Known.Where(p => (int)p.Part < Parts.Owners).Select(p => (p.Part, p.Size));
        Assert.Equal(allocated, record.Estimates[^1].Parts.Known);
    }

    /// <summary>By hand: 3 layers, 2 sequences, 2 kv heads of 16 elements.</summary>
    [Theory]
    [InlineData(CachePolicy.Preallocated, DataType.Float8, 13, 13, 12)]
    [InlineData(CachePolicy.Paged, DataType.Float8, 16, 16, 12)]
    [InlineData(CachePolicy.Concat, DataType.Float8, 12, 12, 12)]
    [InlineData(CachePolicy.Concat, DataType.Float32, 12, 0, 0)]
    public void What_a_quantized_cache_saves_and_costs_is_told(CachePolicy cache, DataType values, int keysHeld, int valuesHeld, int valuesRead)
    {
        var quantized = Run("tiny-gqa", new()
        {
            Type = DataType.Float32,
            KvType = DataType.Int8,
            ValueType = values,
            Prompt = 9,
            NewTokens = 4,
            Batch = 2,
            Cache = cache,
            CacheBlock = 8,
        }).QuantizedCache!;
        const int heads = 3 * 2 * 2, narrow = 16, scale = 4, wide = 64;
        Assert.Equal(heads * (keysHeld * (narrow + scale)) + heads * (valuesHeld > 0 ? valuesHeld * (narrow + scale) : keysHeld * wide), quantized.Size!.Value.Bytes);
        Assert.Equal(heads * (keysHeld + valuesHeld) * scale, quantized.Scales.Bytes);
        Assert.Equal(heads * keysHeld * 2 * wide, quantized.Computed.Bytes);
        Assert.Equal(quantized.Computed - quantized.Size, quantized.Saved);
        Assert.Equal(2 * 2 * (12 + valuesRead) * wide, quantized.ScratchPeak!.Value.Bytes);
        Assert.Equal("decode step 3, layer 0, Dequantize (workspace)", quantized.ScratchPeakAt);
    }

    /// <summary>The keys of 9 tokens are taken back while the values are being quantized, with a scale for each head of each token.</summary>
    [Fact]
    public void What_is_quantized_before_it_is_kept_costs_too()
    {
        var quantized = Run("tiny-gqa", new() { Type = DataType.Float32, KvType = DataType.Int8, Prompt = 9, NewTokens = 1, Batch = 2 }).QuantizedCache!;
        Assert.Equal(2 * 2 * 9 * (64 + 64 + 4), quantized.ScratchPeak!.Value.Bytes);
        Assert.Equal("prefill, layer 0, Quantize (workspace)", quantized.ScratchPeakAt);
    }

    [Fact]
    public void Of_a_cache_that_is_not_quantized_nothing_is_told() => Assert.Null(Run("tiny-gqa", new() { Type = DataType.Float32, KvType = DataType.Float16, Prompt = 9, NewTokens = 2 }).QuantizedCache);

    /// <summary>
    /// Whatever is done to weights on their way, libtorch sees none of it: the same allocations and frees as with random ones, and while
    /// they are loaded never more than the tensors themselves.
    /// </summary>
    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.BFloat16)]
    [InlineData(DataType.Int8)]
    public void The_trace_of_loaded_weights_is_that_of_random_ones(DataType type)
    {
        using var folder = new TemporaryFolder();
        var tiny = ModelPresets.Find("tiny");
        SavedModel.Write(folder.Path, new(tiny, new() { Type = DataType.Float32, Prompt = 1, NewTokens = 1 }, Seed: 5));
        var (model, weights, _) = RunnableModel.Find(folder.Path, randomWeights: false);
        var workload = new Workload { Type = type, Prompt = 9, NewTokens = 4 };

        var loaded = MeasuredRun.Execute(new(model, workload, Seed: 5) { Weights = weights }, cpu, torch.Library, _ => { }, CancellationToken.None);
        Assert.Empty(loaded.Trace!.First.Select(d => d.ToString()));
        Assert.Equal(loaded.Events.Count, loaded.Trace.EqualEvents);
        Assert.Equal(Sizes(tiny, workload), loaded.Measured.Phases[0].AllocatedPeak);
        Assert.Equal(new WeightsFacts(WeightsSource.Files, ["model.safetensors"], new(140_288 * 4)) with { Files = loaded.Weights!.Files }, loaded.Weights);

        var random = Run("tiny", workload, seed: 5);
        Assert.Equal(WeightsSource.Random, random.Weights!.Source);
        Assert.Equal(random.Events.Count, loaded.Events.Count);
        Assert.Equal(random.Generated, loaded.Generated);
        Assert.NotEqual(random.Generated, Run("tiny", workload, seed: 6).Generated);

        static ByteSize Sizes(ModelSpec model, Workload workload) => TensorTable.For(model, workload).Tensors.Aggregate(ByteSize.Zero, (sum, t) => sum + t.Size);
    }

    [Fact]
    public void The_predicted_curve_is_the_measured_one_step_by_step()
    {
        var record = Run("tiny", new() { Type = DataType.Float32, Cache = CachePolicy.Concat, Prompt = 5, NewTokens = 20 });

        var curve = record.Estimates[^1].Curve!;
        var steps = record.Timeline.Phase.Zip(record.Timeline.Step, record.Timeline.Allocated)
            .Where(m => m.First != Phase.Load)
            .Select(m => (m.First, m.Second, m.Third.Total));
        Assert.Equal(steps, curve.Phase.Zip(curve.Step, curve.Allocated!).Where(s => s.First != Phase.Load));
    }

    [Fact]
    public void Loading_holds_nothing_twice()
    {
        foreach (var type in DataTypes.OfWeights.Values)
        {
            var workload = new Workload { Type = type, Prompt = 9, NewTokens = 4 };
            var load = Run("tiny", workload).Measured.Phases.Single(p => p.Phase == Phase.Load);
            var tensors = TensorTable.For(ModelPresets.Find("tiny"), workload).Tensors;
            var all = tensors.Sum(t => t.Size.Bytes);
            Assert.InRange(load.AllocatedPeak!.Value.Bytes, all, all + tensors.Max(t => t.Size.Bytes));
            Assert.Equal(all, load.AllocatedEnd!.Value.Bytes);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens_and_another_seed_others()
    {
        var workload = new Workload { Type = DataType.Float32, Prompt = 9, NewTokens = 12, Batch = 2 };
        var (first, again, other) = (Run("tiny", workload, 1), Run("tiny", workload, 1), Run("tiny", workload, 2));
        Assert.Equal(2, first.Generated.Count);
        Assert.All(first.Generated, sequence => Assert.Equal(12, sequence.Count));
        Assert.Equal(first.Generated, again.Generated);
        Assert.NotEqual(first.Generated, other.Generated);
        Assert.Equal(first.Events.Count, again.Events.Count);
        Assert.Equal(first.PointId, other.PointId);
    }

    [Fact]
    public void The_record_says_what_a_report_needs()
    {
        var record = Run("tiny", new() { Prompt = 9, NewTokens = 4 });
        Assert.Equal(RunStatus.Ok, record.Status);
        Assert.Equal(["guide", "analytic", "simulated"], record.Estimates.Select(e => e.Estimator));
        Assert.Equal([Phase.Load, Phase.Prefill, Phase.Decode], record.Measured.Phases.Select(p => p.Phase));
        Assert.Equal([1, 1, 3], record.Measured.Phases.Select(p => p.Steps));
        Assert.Equal(0, record.Events.Dropped);
        Assert.Equal(0, record.Events.LateFrees);
        Assert.True(record.Events.Count > 100);
        var timeline = record.Timeline;
        Assert.Equal(timeline.Seconds.Count, timeline.Allocated.Count);
        Assert.Equal(timeline.Seconds.Count, timeline.Device.Count);
        Assert.Equal(timeline.Seconds.Order(), timeline.Seconds);
        Assert.Equal(record.Measured.AllocatedPeak!.Value, timeline.Allocated.Max(a => a.Total));
        Assert.All(timeline.Device, level => Assert.InRange(level!.Value.Bytes, 1, record.Measured.DevicePeak!.Value.Bytes));
    }

    [Fact]
    public void A_long_run_keeps_a_short_timeline_with_its_peak()
    {
        var record = Run("tiny", new() { Type = DataType.Float32, Prompt = 1, NewTokens = 127 });
        var longer = Run("tiny-guide", new() { Type = DataType.Float32, Prompt = 64, NewTokens = 64 });
        Assert.InRange(record.Timeline.Seconds.Count, 100, 512);
        Assert.Equal(longer.Measured.AllocatedPeak!.Value, longer.Timeline.Allocated.Max(a => a.Total));
    }

    [Fact]
    public void Out_of_memory_is_a_result()
    {
        // More than any machine has, so the very first cache buffer fails, after the weights.
        var record = Run("tiny", new() { Batch = int.MaxValue, Prompt = 64, NewTokens = 64, Type = DataType.Float32 });
        Assert.Equal(RunStatus.Oom, record.Status);
        Assert.Contains("allocate", record.Error, StringComparison.Ordinal);
        var weights = TensorTable.For(ModelPresets.Find("tiny"), new() { Type = DataType.Float32 }).Size(Part.Weights);
        Assert.Equal(weights, record.Measured.Parts[Part.Weights]);
        Assert.Equal(record.Measured.DevicePeak, record.Measured.Parts.Total);
        Assert.Empty(record.Generated);
        Assert.Null(record.Timing.LoadSeconds);
        var moment = record.OutOfMemory!;
        Assert.Equal("load, Zeros (kv_cache)", moment.At);
        Assert.Equal(TensorTable.For(ModelPresets.Find("tiny"), new() { Batch = int.MaxValue, Prompt = 64, NewTokens = 64, Type = DataType.Float32 }).Tensors.Single(t => t.Name == "cache.0.keys").Size, moment.Requested);
        Assert.True(moment.Device?.Bytes > 0);
    }

    [Fact]
    public void Memory_that_runs_out_within_a_step_leaves_that_steps_peak()
    {
        // Scores of 32 × 64 heads × 8,192² numbers: half a terabyte, asked for after the projections of that pass were made.
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { Heads = 64, KvHeads = 64, Positions = 1 << 14 }).Model("test");
        var workload = new Workload { Batch = 32, Prompt = 1 << 13, NewTokens = 1, Type = DataType.Float32, Attention = AttentionKernel.Math };
        var record = MeasuredRun.Execute(new(model, workload, Seed: 1), cpu, torch.Library, _ => { }, CancellationToken.None);

        Assert.Equal(RunStatus.Oom, record.Status);
        Assert.StartsWith("prefill", record.OutOfMemory!.At, StringComparison.Ordinal);
        Assert.StartsWith("prefill", record.Measured.AllocatedPeakAt, StringComparison.Ordinal);
        Assert.True(record.Measured.Parts[Part.Activations]?.Bytes >= 32L * (1 << 13) * model.DModel * sizeof(float));
        Assert.Equal(record.Measured.DevicePeak, record.Measured.Parts.Total);
    }

    [Fact]
    public void A_CPU_says_nothing_of_a_GPU()
    {
        var record = Run("tiny", new() { Prompt = 9, NewTokens = 2 });
        Assert.Null(record.Cuda);
        Assert.Null(record.OutOfMemory);
    }

    [Fact]
    public void An_interruption_keeps_what_was_measured()
    {
        using var cancellation = new CancellationTokenSource();
        var request = new RunRequest(ModelPresets.Find("tiny"), new() { Prompt = 9, NewTokens = 40 }, Seed: 1);
        var record = MeasuredRun.Execute(
            request, cpu, torch.Library,
            progress =>
            {
                if (progress is { Phase: Phase.Decode, Done: 5 })
                    cancellation.Cancel();
            },
            cancellation.Token);
        Assert.Equal(RunStatus.Failed, record.Status);
        Assert.Equal("interrupted", record.Error);
        Assert.Equal(6, Assert.Single(record.Generated).Count);
        Assert.Equal(5, record.Measured.Phases.Single(p => p.Phase == Phase.Decode).Steps);
        Assert.NotNull(record.Measured.TensorPeak);
    }

    [Fact]
    public void Progress_goes_from_nothing_to_all_in_each_phase()
    {
        var seen = new List<RunProgress>();
        MeasuredRun.Execute(
            new(ModelPresets.Find("tiny"), new() { Prompt = 9, NewTokens = 4 }, Seed: 1), cpu, torch.Library, seen.Add, CancellationToken.None);
        foreach (var phase in (Phase[])[Phase.Load, Phase.Prefill, Phase.Decode])
        {
            var of = seen.Where(p => p.Phase == phase).ToList();
            Assert.Equal(of[^1].Total, of[^1].Done);
            Assert.Equal(of.Select(p => p.Done).Order(), of.Select(p => p.Done));
        }
    }

    public void Dispose() => cpu.Dispose();

    private RunRecord Run(string model, Workload workload, long seed = 1) =>
        MeasuredRun.Execute(new(ModelPresets.Find(model), workload, seed), cpu, torch.Library, _ => { }, CancellationToken.None);
}
