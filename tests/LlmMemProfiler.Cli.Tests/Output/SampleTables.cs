using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Cli.Tests.Output;

/// <summary>Every command's tables, with sizes as wide as they get.</summary>
internal static class SampleTables
{
    private static readonly CalibrationInput Input = CalibrationInput.ReadFiles([Repository.Evidence("sweep")], isSkipping: false);

    private static readonly HardwareProfile Profile = CalibrationRun.Of(Input);

    private static readonly ValidationRecord Validated = new(
        ValidationRecord.CurrentSchema, Profile.Name, true, Input.Read, 0, 0, Validation.Of(Input.Split().HeldOut, Profile), null, null, []);

    // 1023.99 MiB, the widest of all sizes, and 1,073,731,338 B.
    private static readonly ByteSize Wide = new((1L << 30) - 10_486);

    private static readonly MemoryAccount Account = new([.. Parts.All.Select(part => (part, Wide))]);

    /// <summary>A table by name, and what its rows are known by.</summary>
    public static Dictionary<string, (Func<ConsoleTable> Table, string[] Labels)> All { get; } = new()
    {
        ["estimate"] = (Estimate, ["part", "weights", "kv_cache", "activations", "logits", "inputs", "workspace", "rounding", "slack", "overhead", "total"]),
        ["run, tensors"] = (() => RunSummary.Tensors(SampleRecord.Run), ["part", "weights", "kv_cache", "activations", "tensor peak"]),
        ["run, process"] = (() => RunSummary.Process(SampleRecord.Run), ["part", "weights", "residual", "cpu total"]),
        ["calibrate, constants"] = (() => ProfileSummary.Constants(Profile), ["constant", "overhead (guide)", "context", "residual", "+ pass_activations"]),
        ["calibrate, errors"] = (() => ProfileSummary.Errors(Profile), ["error", "points", "mean", "median", "max", "bias", "under", "min", "cover"]),
        ["validate, errors"] = (() => ValidationSummary.Errors(Validated), ["error", "points", "mean", "median", "max", "bias", "under", "min", "cover"]),
        ["validate, parts"] = (() => ValidationSummary.Parts(Validated), ["estimator", "part", "guide", "analytic", "simulated", "activations", "overhead"]),
        ["validate, traces"] = (() => TraceSummary.Kinds(Traces), ["model", "type", "a-model-of-a-middling-name", "fp16"]),
        ["validate --against"] = (() => ValidationSummary.Constants(Drift), ["constant", "context", "slack growth over concatenated_cache"]),
        ["replay, levels"] = (() => ReplaySummary.Levels(Replay.Phases), ["phase", "load", "prefill", "decode", "peak", "end"]),
        ["replay, peaks"] = (() => ReplaySummary.Peaks(Replay), ["part", "weights", "activations", "rounding", "slack", "reserved"]),
        ["sweep --dry-run"] = (() => SweepSummary.Points(Sweep), ["point", "gpt2-medium fp16 kv fp32 batch 128 32768+1024"]),
    };

    private static ConsoleTable Estimate()
    {
        var table = new PartTable();
        foreach (var e in Estimators.All(ModelPresets.Find("gpt2-xl"), new() { Batch = 8, Prompt = 512, NewTokens = 512 }, Targets.Find("h100", 2, _ => null)))
            table.Add(e.Estimator, e.Parts, isLowerBound: e.Parts[Part.Overhead] is null);
        return table.Build("total");
    }

    private static IReadOnlyList<TraceAgreement> Traces =>
        [new("a-model-of-a-middling-name", DataType.Float16, 1_000, 1_000, 1_000, 1_000, 12_345_678, 12_345_678, 0, 1_000, 12.345)];

    private static DriftRecord Drift => new("then", "now", [],
    [
        new("context", 164_000_000, 327_000_000, "bytes", 163_000_000, Moved: true),
        new("slack growth over concatenated_cache", 1_234.5678, 23_456.7891, "bytes per layer", 163_000_000, Moved: true),
    ]);

    private static ReplayRecord Replay => new()
    {
        Trace = "trace.json",
        Stream = "measured",
        Target = null,
        Capacity = null,
        CapacitySource = null,
        ExpandableSegments = false,
        Events = 1,
        Segments = 1,
        Retries = 0,
        OutOfMemory = null,
        Unknown = [],
        Phases = [.. ((Phase[])[Phase.Load, Phase.Prefill, Phase.Decode]).Select(phase => new ReplayPhase(phase, 1, Levels, Levels))],
        AllocatedPeak = new("prefill", 1, Levels, Account),
        ReservedPeak = new("prefill", 1, Levels, Account),
    };

    private static ReplayLevels Levels => new(Wide, Wide, Wide, Wide, Wide);

    private static SweepRecord Sweep => new()
    {
        Plan = "standard",
        Devices = ["auto"],
        DeviceKind = DeviceKind.Cpu,
        Counts = new Dictionary<string, int>(),
        Points =
        [
            new("0123456789abcdef", 0, "gpt2-medium", WorkloadFacts.Of(new()
            {
                Type = DataType.Float16, KvType = DataType.Float32, Batch = 128, Prompt = 32_768, NewTokens = 1_024,
            }), Wide, null, "skipped"),
        ],
    };
}
