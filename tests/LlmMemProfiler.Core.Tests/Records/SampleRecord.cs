using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>Records with something in every field that may hold something, and null in some that may not be known.</summary>
internal static class SampleRecord
{
    private static readonly ModelSpec Model = ModelPresets.Find("tiny");

    private static readonly Workload Workload = new() { Prompt = 8, NewTokens = 4 };

    public static EstimateRecord Estimate { get; } = new(
        EstimateRecord.CurrentSchema, ModelFacts.Of(Model), WorkloadFacts.Of(Workload), null, Estimators.All(Model, Workload));

    /// <summary>The same, asked about a memory.</summary>
    public static EstimateRecord Judged { get; } = Estimate.With(
        Fit.Of(Estimate.Estimates[^1], new("h100", new(80L << 30), "somebody"), Model, Workload, Targets.Find("h100", 2, _ => null)));

    /// <summary>The record of the point of so many sequences, and its own id.</summary>
    public static RunRecord OfBatch(int batch) => WithItsId(Run with { Workload = Run.Workload with { Batch = batch }, Generated = [] });

    /// <summary>The record as another end leaves it: one that is ok has no error, and its curves reach its peaks, so that it has none here.</summary>
    public static RunRecord As(this RunRecord record, RunStatus status) => status != RunStatus.Ok ? record with { Status = status } : record with
    {
        Status = status,
        Error = null,
        Measured = record.Measured with { Phases = [] },
        Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] },
    };

    /// <summary>The record as a GPU leaves it.</summary>
    public static RunRecord OnCuda(RunRecord record) => WithItsId(record with
    {
        Device = new(DeviceKind.Cuda, "A GPU", "GPU-1", new(80L << 30), "9.0", "580.1"),
        Cuda = new() { Multiprocessors = 132, Cudnn = 91_002, Attention = ["flash"], Levels = [new("end", new(7_000_000_000), null, null, new(6_500_000_000))] },
        Measured = record.Measured with { DeviceLevel = DeviceLevel.Driver },
    });

    /// <summary>The record as a virtual GPU leaves it: allocations, and nothing else.</summary>
    public static RunRecord OnVirtual(RunRecord record) => WithItsId(record with
    {
        Device = new(DeviceKind.Virtual, "A GPU", null, new(80L << 30), "9.0", null),
        Cuda = new() { Multiprocessors = 132, Cudnn = 91_002, Attention = ["flash"], Levels = [], Virtual = new("2xh100", 1, new(500 << 20), 1, new(8)) },
        Measured = record.Measured with
        {
            DevicePeak = null,
            DeviceLevel = null,
            File = null,
            Parts = new(record.Measured.Parts.Known.Where(p => p.Part is not (Part.Context or Part.Modules or Part.Profiler or Part.Residual))),
            Phases = [.. record.Measured.Phases.Select(p => p with { Seconds = null, DeviceEnd = null })],
        },
        Timing = new(null, null, null),
        Generated = [],
        Activity = null,
        Timeline = record.Timeline with { Device = [.. record.Timeline.Device.Select(_ => (ByteSize?)null)] },
    });

    /// <summary>The record with the id of its model, workload and device.</summary>
    public static RunRecord WithItsId(RunRecord record) => record with { PointId = record.Key.Id };

    public static RunRecord Run { get; } = new()
    {
        PointId = new PointKey(ModelFacts.Of(Model), WorkloadFacts.Of(Workload), DeviceKind.Cpu, "").Id,
        Repeat = 2,
        Status = RunStatus.Oom,
        Error = "out of memory in decode step 2",
        Started = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Model = ModelFacts.Of(Model),
        Workload = WorkloadFacts.Of(Workload),
        Device = new(DeviceKind.Cpu, "A processor", null, new(1L << 40), "AVX512", null),
        Host = new("Linux 6", "A processor", 16, 8, "10.0", "0.1.0", "0.107.0", "2.10.0",
            new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "8" }),
        Seed = 42,
        Measured = new()
        {
            TensorPeak = new(5_000_000_000),
            AllocatedPeak = new(6_000_000_000),
            DevicePeak = new(7_000_000_000),
            Parts = new((Part.Weights, new(6_000_000_000)), (Part.Context, new(999_999_999)), (Part.Residual, new(1))),
            TensorParts = new((Part.Weights, new(5_000_000_000))),
            TensorPeakAt = "decode step 1, Linear (activations)",
            AllocatedPeakAt = "prefill, LayerNorm (activations)",
            Phases = [new() { Phase = Phase.Prefill, Seconds = 0.25, Steps = 1, TensorPeak = new(9), DeviceEnd = new(11) }],
            Unknown = ["reserved: a CPU has no segments"],
        },
        Estimates = Estimators.All(Model, Workload),
        Timing = new(1.5, 0.25, null),
        Events = new(1234, 0, 0, "hook"),
        Generated = [[1, 2, 3, 4]],
        Timeline = new()
        {
            Seconds = [0, 0.1],
            Phase = [Phase.Load, Phase.Decode],
            Step = [0, 3],
            Allocated = [new((Part.Weights, new(3))), new((Part.Weights, new(4)))],
            Device = [new(10), null],
        },
    };
}
