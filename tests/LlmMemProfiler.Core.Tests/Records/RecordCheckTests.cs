using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>Each rule that a record must keep, broken once.</summary>
public sealed class RecordCheckTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A run on a CPU that is ok, with something in every field: 700 bytes of tensors, 900 allocated, 1,000 reserved, 2,000 in all.</summary>
    private static readonly RunRecord Cpu = SampleRecord.Run.As(RunStatus.Ok) with
    {
        Measured = new()
        {
            TensorPeak = new(700),
            AllocatedPeak = new(900),
            ReservedPeak = new(1_000),
            DevicePeak = new(2_000),
            DeviceLevel = DeviceLevel.Private,
            File = new(50),
            Parts = Account((Part.Weights, 600), (Part.KvCache, 100), (Part.Workspace, 200), (Part.Slack, 100), (Part.Context, 800), (Part.Modules, 150), (Part.Profiler, 60), (Part.Residual, -10)),
            TensorParts = Account((Part.Weights, 600), (Part.KvCache, 100)),
            Phases =
            [
                new() { Phase = Phase.Load, Seconds = 2, Steps = 1, TensorPeak = new(690), AllocatedPeak = new(690), AllocatedEnd = new(690), DeviceEnd = new(1_500) },
                new() { Phase = Phase.Prefill, Seconds = 1, Steps = 1, TensorPeak = new(700), AllocatedPeak = new(900), AllocatedEnd = new(690), DeviceEnd = new(2_000) },
                new() { Phase = Phase.Decode, Seconds = 0.5, Steps = 3, TensorPeak = new(695), AllocatedPeak = new(800), AllocatedEnd = new(690), DeviceEnd = new(1_990) },
            ],
        },
        Timing = new(2, 1.01, 5.9),
        Trace = new(10, 20, 30, 25, 1, 2, [new("prefill", [1], [2], true, 2)]),
        Timeline = new()
        {
            Seconds = [0, 2, 3],
            Phase = [Phase.Load, Phase.Prefill, Phase.Decode],
            Step = [0, 0, 1],
            Allocated = [Account((Part.Weights, 690)), Account((Part.Weights, 900)), Account((Part.Weights, 800))],
            Device = [new(1_500), new(2_000), null],
        },
    };

    private static readonly RunRecord Gpu = SampleRecord.OnCuda(Cpu) with { Cuda = SampleRecord.OnCuda(Cpu).Cuda! with { Levels = [new("end", new(2_000), null, null, new(1_000))] } };

    private static readonly RunRecord Virtual = SampleRecord.OnVirtual(Cpu);

    private static readonly RunRecord Oom = SampleRecord.Run with { OutOfMemory = new("decode", new(1), new(2), new(3), null) };

    private static readonly RunRecord Quantized = SampleRecord.WithItsId(Cpu with
    {
        Workload = Cpu.Workload with { KvDtype = DataType.Int8, VDtype = DataType.Float8 },
        QuantizedCache = new(new(110), new(10), new(200), new(50), "decode step 1, layer 0, Dequantize (workspace)"),
    });

    private static readonly Dictionary<string, RunRecord> Whole =
        new() { ["quantized cache"] = Quantized, ["cpu"] = Cpu, ["cuda"] = Gpu, ["out of memory"] = Oom, ["out of memory on cuda"] = SampleRecord.OnCuda(Oom), ["virtual"] = Virtual };

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("out of memory")]
    [InlineData("out of memory on cuda")]
    [InlineData("virtual")]
    [InlineData("quantized cache")]
    public void A_record_that_keeps_them_is_read(string name) => Assert.Equal(1, Read(Whole[name]));

    private static readonly ActivityWindow Quiet = new(1, 0.5, 0, 0, null, null, 0);

    /// <summary>What would be right, and a record in which it is not.</summary>
    private static readonly List<(string Right, RunRecord Record)> Broken =
    [
        // Identity.
        ("must have one", Cpu with { Model = Cpu.Model with { Name = " " } }),
        ("expected a whole number from 1", Cpu with { Model = Cpu.Model with { Layers = 0 } }),
        ("must be a multiple", Cpu with { Model = Cpu.Model with { Heads = 5 } }),
        ("as its dimensions give", Cpu with { Model = Cpu.Model with { Parameters = Cpu.Model.Parameters + 1 } }),
        ("d_model over heads", Cpu with { Model = Cpu.Model with { HeadDim = 1 } }),
        ("their sum must be at most", Cpu with { Workload = Cpu.Workload with { Prompt = 100_000 } }),
        ("must be a floating-point type", SampleRecord.WithItsId(Cpu with { Workload = Cpu.Workload with { KvDtype = DataType.Int64 } })),
        ("must be a floating-point type", SampleRecord.WithItsId(Cpu with { Workload = Cpu.Workload with { VDtype = DataType.Int64 } })),
        ("must be a floating-point type", SampleRecord.WithItsId(Cpu with { Workload = Cpu.Workload with { Dtype = DataType.Float8 } })),
        ("must be another type, or missing", SampleRecord.WithItsId(Cpu with { Workload = Cpu.Workload with { VDtype = Cpu.Workload.KvDtype } })),
        ("the id of its model, workload and device", Cpu with { PointId = "0123456789abcdef" }),
        ("the id of its model, workload and device", Cpu with { Workload = Cpu.Workload with { NewTokens = 5 }, Generated = [] }),
        ("the id of its model, workload and device", Gpu with { Host = Gpu.Host with { Environment = new Dictionary<string, string> { ["PYTORCH_CUDA_ALLOC_CONF"] = "expandable_segments:True" } } }),
        ("the id of its model, workload and device", Gpu with { Host = Gpu.Host with { Environment = new Dictionary<string, string> { ["PYTORCH_HIP_ALLOC_CONF"] = "expandable_segments:True" } } }),
        ("a variable without text", Cpu with { Host = Cpu.Host with { Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = null! } } }),
        ("must be 0 or more, and 1 or more", Cpu with { Repeat = -1 }),
        ("must be 0 or more, and 1 or more", Cpu with { Host = Cpu.Host with { Threads = 0 } }),
        ("a name of its own, or missing", Cpu with { RunId = "" }),
        ("must be null", Cpu with { Cuda = Gpu.Cuda }),
        ("must be null", Cpu with { Device = Cpu.Device with { Uuid = "GPU-1" } }),
        ("must have cuda", Gpu with { Cuda = null }),
        ("must be one of that device", Cpu with { Measured = Cpu.Measured with { DeviceLevel = DeviceLevel.Driver } }),
        ("must be one of that device", Gpu with { Measured = Gpu.Measured with { DeviceLevel = DeviceLevel.Private } }),
        ("must have both", Gpu with { Cuda = Gpu.Cuda! with { Multiprocessors = 0 } }),
        ("of int8 or fp8", Quantized with { QuantizedCache = Quantized.QuantizedCache! with { Size = new(-1) } }),
        ("of int8 or fp8", Quantized with { QuantizedCache = Quantized.QuantizedCache! with { ScratchPeak = ByteSize.Zero } }),
        ("of int8 or fp8", Cpu with { QuantizedCache = Quantized.QuantizedCache }),
        // What a virtual GPU cannot know.
        ("must have cuda.virtual", Virtual with { Cuda = null }),
        ("must have cuda.virtual", Virtual with { Cuda = Gpu.Cuda }),
        ("uuid and driver null", Virtual with { Device = Virtual.Device with { Uuid = "GPU-1" } }),
        ("cuda.virtual must be null", Gpu with { Cuda = Gpu.Cuda! with { Virtual = Virtual.Cuda!.Virtual } }),
        ("or parts of one; must be null", Virtual with { Measured = Virtual.Measured with { DevicePeak = new(2_000) } }),
        ("or parts of one; must be null", Virtual with { Measured = Virtual.Measured with { Parts = Virtual.Measured.Parts.With((Part.Context, new(0))) } }),
        ("or parts of one; must be null", Virtual with { Timeline = Virtual.Timeline with { Device = [new(0), null, null] } }),
        ("has times; must be null", Virtual with { Timing = new(0, null, null) }),
        ("has times; must be null", Virtual with { Measured = Virtual.Measured with { Phases = [Virtual.Measured.Phases[0] with { Seconds = 0 }, .. Virtual.Measured.Phases.Skip(1)] } }),
        ("tokens; must be none", Virtual with { Generated = Cpu.Generated.Count > 0 ? Cpu.Generated : [[0, 0, 0, 0]] }),
        ("must be 0 or more seconds", Cpu with { Measured = Cpu.Measured with { Phases = [Cpu.Measured.Phases[0] with { Seconds = null }, .. Cpu.Measured.Phases.Skip(1)] } }),
        // Outcome.
        ("an error must say why", Cpu with { Error = "why" }),
        ("an error must say why", Oom with { Error = null }),
        ("must be oom", Cpu with { OutOfMemory = Oom.OutOfMemory }),
        ("3 events were dropped; must be failed", Cpu with { Events = Cpu.Events with { Dropped = 3 } }),
        ("must be 0 or more", Cpu with { Events = Cpu.Events with { LateFrees = -1 } }),
        ("must both be known", Cpu with { Events = Cpu.Events with { Count = null } }),
        ("ids below the vocabulary", Cpu with { Generated = [[1, 2, 3]] }),
        ("ids below the vocabulary", Cpu with { Generated = [[1, 2, 3, 4], [1, 2, 3, 4]] }),
        ("ids below the vocabulary", Cpu with { Generated = [[1, 2, 3, 1_000_000]] }),
        ("tensor ≤ all differences", Cpu with { Trace = Cpu.Trace! with { EqualEvents = 31 } }),
        ("tensor ≤ all differences", Cpu with { Trace = Cpu.Trace! with { TensorDifferences = 3 } }),
        ("must be shares", Cpu with { Activity = new(Quiet, Quiet with { Others = 1.1 }, Quiet) }),
        ("must be shares", Cpu with { Activity = new(Quiet, Quiet, Quiet with { Seconds = -1 }) }),
        ("events.count at most", Cpu with { Events = Cpu.Events with { Count = 29 } }),
        // Signs.
        ("peak is negative", Measured(m => m with { File = new(-1) })),
        ("of weights; must be 0 or more", Measured(m => m with { Parts = Account((Part.Weights, -600), (Part.KvCache, 1_500), (Part.Residual, 1_100)) })),
        ("of the GPU or of the failed allocation is negative", Oom with { OutOfMemory = Oom.OutOfMemory! with { Requested = new(-1) } }),
        // Order.
        ("tensor ≤ allocated ≤ reserved", Measured(m => m with { TensorPeak = new(901) })),
        ("tensor ≤ allocated ≤ reserved", Measured(m => m with { ReservedPeak = new(899) })),
        ("must be at most that on cuda", Gpu with { Measured = Gpu.Measured with { DevicePeak = new(999) } }),
        ("≤ the allocated peak", Phases(p => p with { AllocatedEnd = new(901) })),
        ("must be at most its peak", Phases(p => p with { DeviceEnd = new(2_001) })),
        ("must be at most its peak", Phases(p => p with { AllocatedPeak = new(901) })),
        ("must be the highest of its phases", Phases(p => p with { AllocatedPeak = new(899) })),
        // Sums.
        ("must both be, or neither", Oom with { Measured = Oom.Measured with { TensorPeak = null } }),
        ("must be the tensor peak, 700 B", Measured(m => m with { TensorParts = Account((Part.Weights, 699)) })),
        ("must be the allocated peak, 900 B", Measured(m => m with { Parts = Account((Part.Weights, 899), (Part.Slack, 100), (Part.Residual, 1_001)) })),
        ("must be the reserved peak minus the allocated peak, 100 B", Measured(m => m with { Parts = Account((Part.Weights, 900), (Part.Slack, 99), (Part.Residual, 1_001)) })),
        ("must be the device peak, 2,001 B", Measured(m => m with { DevicePeak = new(2_001) })),
        // Times.
        ("0 or more seconds, and a step", Phases(p => p with { Steps = 0 })),
        ("0 or more seconds, and a step", Cpu with { Timing = Cpu.Timing with { DecodeTokensPerSecond = -1 } }),
        ("load, prefill, decode, each once", Measured(m => m with { Phases = [.. m.Phases.Reverse()] })),
        ("must be the load phase's, 2", Cpu with { Timing = Cpu.Timing with { LoadSeconds = 1.9 } }),
        ("must be at least the prefill phase's, 1", Cpu with { Timing = Cpu.Timing with { PrefillSeconds = 0.9 } }),
        ("must be at most the decode phase's tokens", Cpu with { Timing = Cpu.Timing with { DecodeTokensPerSecond = 6.1 } }),
        // The timeline.
        ("must have one entry per moment", Curve(t => t with { Step = [0, 0] })),
        ("must rise from 0", Curve(t => t with { Seconds = [0, 3, 2] })),
        ("with steps from 0", Curve(t => t with { Phase = [Phase.Load, Phase.Decode, Phase.Prefill] })),
        ("of weights; must be 0 or more", Curve(t => t with { Allocated = [Account((Part.Weights, -1)), t.Allocated[1], t.Allocated[2]] })),
        ("must be at most the allocated peak, 900 B", Curve(t => t with { Allocated = [t.Allocated[0], Account((Part.Weights, 901)), t.Allocated[2]] })),
        ("must reach the allocated peak, 900 B", Curve(t => t with { Allocated = [t.Allocated[0], t.Allocated[0], t.Allocated[0]] })),
        ("is above the device peak", Curve(t => t with { Device = [new(2_001), null, null] })),
        // Estimates.
        ("must have one estimate of each", Cpu with { Estimates = [Cpu.Estimates[0], Cpu.Estimates[0]] }),
        ("it has no name", Estimate(e => e with { Estimator = "" })),
        ("of weights; must be 0 or more", Estimate(e => e with { Parts = Account((Part.Weights, -1)), TensorParts = new() })),
        ("a bound is negative", Estimate(e => e with { TensorPeak = new(-1) })),
        ("must be the tensor peak", Estimate(e => e with { TensorParts = Account((Part.Weights, 1)) })),
        ("its peaks are out of order", Estimate(e => e with { AllocatedPeak = new(1) })),
        ("is no other one; must be left out, or differ", Estimate(e => e with { ReservedPeakRising = new(1) })),
        ("is no other one; must be left out, or differ", Estimate(e => e with { ReservedPeak = e.TensorPeak, ReservedPeakRising = e.TensorPeak })),
        ("a bound is negative", Estimate(e => e with { ReservedPeakRising = new(-1) })),
        ("its slack is known, and its reserved peak is not", Estimate(e => e with { Parts = e.Parts.With((Part.Slack, new(0))) })),
        ("must be low ≤ total ≤ high", Estimate(e => e with { Low = e.Total + new ByteSize(1) })),
        ("no more held-out points than there are", Estimate(e => e with { Interval = new(0.9, 3, 4) })),
        ("a phase is above its peak", Estimate(e => e with { Phases = [new(Phase.Load, e.TensorPeak!.Value + new ByteSize(1))] })),
        ("its tensor peak is in no phase", Estimate(e => e with { Phases = [new(Phase.Load, new(1))] })),
        ("one entry per step", Estimate(e => e with { Curve = new() { Phase = [Phase.Load], Step = [0, 1], Tensors = [new(1)] } })),
        ("must be from 0 to it", Estimate(e => e with { Curve = new() { Phase = [Phase.Load], Step = [0], Tensors = [e.TensorPeak!.Value + new ByteSize(1)] } })),
    ];

    /// <summary>By number: a record is too long for the name of a test.</summary>
    public static TheoryData<int, string> Rules => [.. Broken.Select((b, i) => (i, b.Right))];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_record_that_breaks_one_is_refused_with_file_line_and_what_would_be_right_and_skipped_and_counted(int number, string right)
    {
        var record = Broken[number].Record;
        var file = Write(record, Json(record));
        var message = Assert.ThrowsAny<InputException>(() => new ResultsReader().Read([file]).Count()).Message;
        Assert.StartsWith($"{file}:2: ", message, StringComparison.Ordinal);
        Assert.Contains(right, message, StringComparison.Ordinal);

        var reader = new ResultsReader(isSkipping: true);
        Assert.Equal((1, 1), (reader.Read([file]).Count(), reader.Skipped));
    }

    /// <summary>The total is computed from the parts; a record states it all the same.</summary>
    [Fact]
    public void An_estimates_total_that_is_not_its_parts_is_refused()
    {
        var total = $"\"total_bytes\":{Cpu.Estimates[0].Total.Bytes}";
        var file = Write(Cpu, Json(Cpu).Replace(total, $"{total}0", StringComparison.Ordinal));
        Assert.Contains("must be what its parts add up to", Assert.ThrowsAny<InputException>(() => new ResultsReader().Read([file]).Count()).Message, StringComparison.Ordinal);
    }

    /// <summary>What is predicted for a processor and for GPUs of any size, out of memory too, is never a contradiction.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData("h100", null)]
    [InlineData("t4", null)]
    [InlineData("h100", 4L << 20)]
    public void Predictions_of_any_target_are_read(string? gpu, long? capacity)
    {
        foreach (var workload in (Workload[])[new() { Prompt = 8, NewTokens = 4 }, new() { Prompt = 40, NewTokens = 20, Batch = 3, Cache = CachePolicy.Concat, PrefillChunk = 16, Attention = AttentionKernel.Math }])
        {
            var target = gpu is null ? null : Targets.Gpu(GpuModels.Find(gpu)!, new("2.10.0", 91_002, "12.8"), _ => null);
            if (capacity is { } bytes)
                target = target! with { Allocator = target.Allocator! with { Capacity = new(bytes) } };
            var estimates = Estimators.All(ModelPresets.Find("tiny"), workload, target);
            Assert.Equal(1, Read((gpu is null ? Cpu : Gpu) with { Estimates = estimates }));
        }
    }

    /// <summary>On a CPU, memory that nobody wrote is not resident; beside others on a GPU, their memory may go.</summary>
    [Fact]
    public void More_may_be_reserved_than_the_device_counts_on_a_cpu_and_beside_others()
    {
        RunRecord[] records = [Cpu, Gpu with { Cuda = Gpu.Cuda! with { Others = new(1, null) } }];
        foreach (var r in records)
        {
            var parts = new MemoryAccount(r.Measured.Parts.Known.Select(p => p.Part == Part.Residual ? (p.Part, p.Size - new ByteSize(1_500)) : p));
            Assert.Equal(1, Read(r with
            {
                Measured = r.Measured with { DevicePeak = new(500), Parts = parts, Phases = [.. r.Measured.Phases.Select(p => p with { DeviceEnd = null })] },
                Timeline = r.Timeline with { Device = [null, null, null] },
            }));
        }
    }

    private static RunRecord Measured(Func<Measured, Measured> change) => Cpu with { Measured = change(Cpu.Measured) };

    /// <summary>Changes the prefill, in which the peaks are.</summary>
    private static RunRecord Phases(Func<PhaseFacts, PhaseFacts> change) =>
        Measured(m => m with { Phases = [m.Phases[0], change(m.Phases[1]), m.Phases[2]] });

    private static RunRecord Curve(Func<Timeline, Timeline> change) => Cpu with { Timeline = change(Cpu.Timeline) };

    private static RunRecord Estimate(Func<MemoryEstimate, MemoryEstimate> change) => Cpu with { Estimates = [change(Cpu.Estimates[0])] };

    private static MemoryAccount Account(params IEnumerable<(Part Part, long Bytes)> parts) => new(parts.Select(p => (p.Part, new ByteSize(p.Bytes))));

    private static string Json(RunRecord record) => JsonSerializer.Serialize(record, RecordJson.Default.RunRecord);

    private int Read(RunRecord record) => new ResultsReader().Read([folder.With("whole.jsonl", Json(record))]).Count();

    /// <summary>A good record of another time, and then a line.</summary>
    private string Write(RunRecord record, string line) =>
        folder.With("broken.jsonl", $"{Json(Cpu with { Started = record.Started.AddDays(-1) })}\n{line}\n");
}
