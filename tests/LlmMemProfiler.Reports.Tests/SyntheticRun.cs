using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Tests;

/// <summary>Records as a run of guide-354m in FP16 leaves them: 170 tensors in 2 s, a prompt in 0.6 s, a step in 48 ms.</summary>
public static class SyntheticRun
{
    public const long Weights = 708_673_536, Cache = 12_582_912;

    private const double LoadBegin = 0.2, LoadSeconds = 2, PrefillSeconds = 0.6, StepSeconds = 0.048;

    public static RunRecord Guide(int newTokens = 64)
    {
        var model = ModelPresets.Find("guide-354m");
        var workload = new Workload { NewTokens = newTokens };
        var timeline = Moments(newTokens - 1);
        var peak = new ByteSize(timeline.Allocated.Max(a => a.Total.Bytes));
        return new()
        {
            PointId = "synthetic",
            Status = RunStatus.Ok,
            Started = DateTimeOffset.UnixEpoch,
            Model = ModelFacts.Of(model),
            Workload = WorkloadFacts.Of(workload),
            Device = new(DeviceKind.Cpu, "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", null, new(16 * ByteSize.GiB), "AVX512", null),
            Host = new("Linux", "Xeon", 2, 2, "10.0", "0.1.0", "0.107.0", "2.10.0", new Dictionary<string, string>()),
            Seed = 1,
            Measured = new()
            {
                TensorPeak = peak,
                AllocatedPeak = peak,
                DevicePeak = timeline.Device.Max(),
                Parts = new(),
                TensorParts = new(),
                Phases = [],
            },
            Estimates = Estimators.All(model, workload),
            Timing = new(LoadSeconds, PrefillSeconds, 1 / StepSeconds),
            Events = new(10_000, 0, 0, "hook"),
            Generated = [],
            Timeline = timeline,
        };
    }

    /// <summary>The same run with other moments.</summary>
    public static RunRecord With(this RunRecord run, IEnumerable<Moment> moments)
    {
        var all = moments.ToArray();
        return run with
        {
            Timeline = new()
            {
                Seconds = [.. all.Select(m => m.Seconds)],
                Phase = [.. all.Select(m => m.Phase)],
                Step = [.. all.Select(_ => 0)],
                Allocated = [.. all.Select(m => m.Account)],
                Device = [.. all.Select(m => m.Device)],
            },
        };
    }

    public static IEnumerable<Moment> MomentsOf(RunRecord run) => run.Timeline.Seconds.Select((seconds, i) =>
        new Moment(seconds, run.Timeline.Phase[i], run.Timeline.Allocated[i], run.Timeline.Device[i]));

    private static Timeline Moments(int steps)
    {
        var moments = new List<Moment> { new(LoadBegin, Phase.Init, Account(0, 0, 0, 0, 0, 0), new(150 * ByteSize.MiB)) };
        const int Tensors = 170;
        long embedding = 50257L * 1024 * 2, other = (Weights - embedding) / (Tensors - 1);
        for (var i = 1; i <= Tensors; i++)
        {
            var weights = i == Tensors ? Weights : embedding + (i - 1) * other;
            moments.Add(new(
                LoadBegin + LoadSeconds * weights / Weights, Phase.Load, Account(weights, i == Tensors ? Cache : 0, 0, 0, 0, 0),
                new((long)(150 * ByteSize.MiB + weights * 1.02))));
        }
        for (var i = 1; i <= 24; i++)
        {
            moments.Add(new(
                LoadBegin + LoadSeconds + PrefillSeconds * i / 24, Phase.Prefill,
                Account(Weights, Cache, 1_180_000 - i % 3 * 60_000, i == 24 ? 100_514 : 0, 1024, i % 2 == 0 ? 393_216 : 131_072),
                i % 4 == 0 ? new((872 + i / 3) * ByteSize.MiB) : null));
        }
        var begin = LoadBegin + LoadSeconds + PrefillSeconds;
        for (var i = 1; i <= steps; i++)
        {
            moments.Add(new(
                begin + i * StepSeconds, Phase.Decode, Account(Weights, Cache, 96_000 + i * 30, 100_514, 1024 + 8 * i, 32_768),
                i % 8 == 0 || i == steps ? new(886 * ByteSize.MiB + i * ByteSize.MiB / 8) : null));
        }
        return new()
        {
            Seconds = [.. moments.Select(m => m.Seconds)],
            Phase = [.. moments.Select(m => m.Phase)],
            Step = [.. moments.Select(_ => 0)],
            Allocated = [.. moments.Select(m => m.Account)],
            Device = [.. moments.Select(m => m.Device)],
        };
    }

    private static MemoryAccount Account(params long[] owners) => MemoryAccount.OfOwners(owners);
}

/// <summary>One column of a timeline.</summary>
public sealed record Moment(double Seconds, Phase Phase, MemoryAccount Account, ByteSize? Device);
