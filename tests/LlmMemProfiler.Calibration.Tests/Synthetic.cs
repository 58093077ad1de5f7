using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests;

/// <summary>Records of a machine whose constants are known, with noise, and with outliers where asked.</summary>
internal sealed record Synthetic
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string Model, string Dtype)[] Kinds =
        [.. from m in (string[])["tiny", "gpt2", "guide-354m", "gpt2-medium", "gpt2-large"] from d in (string[])["fp32", "fp16", "bf16", "int8"] select (m, d)];

    public double Context { get; init; } = 150 * ByteSize.MiB;

    public double Modules { get; init; } = 10 * ByteSize.MiB;

    /// <summary>More modules for BF16.</summary>
    public double ModulesOfBf16 { get; init; } = 5 * ByteSize.MiB;

    public double Residual { get; init; } = 20 * ByteSize.MiB;

    public double PerWeight { get; init; } = 0.03;

    public double PerCacheByte { get; init; } = 1.5;

    /// <summary>Where true, what a concatenated cache leaves behind was seen in the C library's heap, and is the slack.</summary>
    public bool IsSlackSeen { get; init; }

    /// <summary>Bytes per layer and decoded token, up to the eighth token: what looks like a slope in short decodes and is none.</summary>
    public double PerStepAtFirst { get; init; }

    /// <summary>Records of gpt2 that decode 900 tokens.</summary>
    public int LongDecodes { get; init; }

    /// <summary>Standard deviation of each of context, modules and residual.</summary>
    public double Noise { get; init; } = 64 * ByteSize.KiB;

    /// <summary>Share of records whose device total is far too high.</summary>
    public double Outliers { get; init; }

    public int Count { get; init; } = 400;

    public int Seed { get; init; } = 1;

    public HardwareProfile Profile() => CalibrationRun.Of(CalibrationInput.Of(Records()));

    public IReadOnlyList<RunRecord> Records()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Count).Select(i => Record(random, i))];
    }

    /// <summary>What records are used for.</summary>
    public static ILookup<DataSplit, RunRecord> Split(IReadOnlyCollection<RunRecord> records)
    {
        var splits = new DataSplits([.. records.Select(r => (r.Model, r.Workload))]);
        return records.ToLookup(r => splits.Of(r.PointId, r.Model, r.Workload));
    }

    private RunRecord Record(Random random, int i)
    {
        var (name, dtype) = Kinds[random.Next(Kinds.Length)];
        if (i < LongDecodes)
            name = "gpt2";
        var model = ModelPresets.Find(name);
        var workload = new Workload
        {
            Batch = random.Next(1, 5),
            Prompt = random.Next(8, 64),
            NewTokens = i < LongDecodes ? 900 : random.Next(2, 9),
            Type = DataTypes.OfWeights[dtype],
            Cache = (CachePolicy)random.Next(3),
            Attention = (AttentionKernel)random.Next(2),
        };
        var (facts, work) = (ModelFacts.Of(model), WorkloadFacts.Of(workload));
        // The symbolic run gives the same tensors and takes longer.
        var analytic = AnalyticEstimator.Estimate(model, workload);
        var estimates = (MemoryEstimate[])[GuideEstimator.Estimate(model, workload), analytic, analytic with { Estimator = SimulatedEstimator.Name }];
        var context = Size(Context + Gauss());
        var modules = Size(Modules + (dtype == "bf16" ? ModulesOfBf16 : 0) + Gauss());
        var weights = (double)facts.Parameters * workload.Type.Bytes();
        var cache = workload.Cache == CachePolicy.Concat ? (double)workload.CacheType(CacheSide.Keys).Stored.Bytes() * workload.Batch * workload.Length * model.CachedElements : 0;
        var isOutlier = random.NextDouble() < Outliers;
        var slack = Size((PerCacheByte * cache) + (IsSlackSeen ? Math.Abs(Gauss()) : 0));
        var residual = Size(Residual + (PerStepAtFirst * model.Layers * Math.Min(workload.NewTokens, 8)) + (PerWeight * weights) + (IsSlackSeen ? 0 : slack.Bytes) + Gauss() + (isOutlier ? (100 + random.Next(400)) * ByteSize.MiB : 0));
        var parts = analytic.Parts.With((Part.Context, context), (Part.Modules, modules), (Part.Residual, residual));
        if (IsSlackSeen)
            parts = parts.With((Part.Slack, slack));
        return new()
        {
            PointId = Convert.ToHexStringLower([(byte)random.Next(256), (byte)(i >> 8), (byte)(i % 256)]),
            Status = RunStatus.Ok,
            Started = Noon.AddSeconds(i),
            Model = facts,
            Workload = work,
            Device = new(DeviceKind.Cpu, "A processor", null, new(1L << 40), "AVX512", null),
            Host = new("Linux 6", "A processor", 16, 8, "10.0", "0.1.0", "0.107.0", "2.10.0", new Dictionary<string, string>()),
            Seed = i,
            Measured = new()
            {
                TensorPeak = analytic.TensorPeak,
                AllocatedPeak = analytic.TensorPeak,
                DevicePeak = parts.Total,
                Parts = parts,
                TensorParts = analytic.Parts,
                Phases = [],
            },
            Estimates = estimates,
            Timing = new(null, null, null),
            Events = new(1, 0, 0, "hook"),
            Generated = [],
            Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] },
        };

        double Gauss() => Noise * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static ByteSize Size(double bytes) => new((long)Math.Round(bytes));
}
