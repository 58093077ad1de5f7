using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Profiles;

public class ApplicationTests
{
    private static readonly HardwareProfile Profile = new Synthetic().Profile();

    private static readonly ModelFacts Model = ModelFacts.Of(ModelPresets.Find("gpt2"));

    private static readonly WorkloadFacts Workload = WorkloadFacts.Of(new() { Prompt = 32, NewTokens = 4 });

    private static IReadOnlyList<MemoryEstimate> Estimates => Estimators.All(ModelPresets.Find("gpt2"), new() { Prompt = 32, NewTokens = 4 });

    [Fact]
    public void The_guides_estimate_gets_its_tuned_constant_and_nothing_else()
    {
        var applied = Profile.Apply(Estimates[0], Model, Workload);

        Assert.Equal(Profile.Overhead.Value, applied.Parts[Part.Overhead]);
        Assert.Equal(Estimates[0].TensorPeak!.Value + Profile.Overhead.Value, applied.Total);
        Assert.Null(applied.Parts[Part.Context]);
    }

    [Fact]
    public void The_others_get_the_split_constants_and_their_tensors_stay()
    {
        foreach (var estimate in Estimates.Skip(1))
        {
            var applied = Profile.Apply(estimate, Model, Workload);

            Assert.Equal(Profile.Context.Value, applied.Parts[Part.Context]);
            Assert.Equal(KeyedConstant.Find(Profile.Modules, DataType.Float16, AttentionKernel.Fused)!.Value, applied.Parts[Part.Modules]);
            Assert.Equal(Profile.Residual.Of(Model, Workload), applied.Parts[Part.Residual]);
            Assert.Equal(estimate.Parts[Part.Weights], applied.Parts[Part.Weights]);
            Assert.Equal(estimate.TensorPeak, applied.TensorPeak);
            Assert.Null(applied.Parts[Part.Overhead]);
            Assert.Equal(
                estimate.TensorPeak!.Value + Profile.Context.Value + applied.Parts[Part.Modules]!.Value + applied.Parts[Part.Residual]!.Value
                    + Profile.Workspace[0].Constant.Value,
                applied.Total);
        }
    }

    [Fact]
    public void What_an_estimator_knows_of_scratch_and_segments_comes_before_the_profiles_median()
    {
        var tensors = Estimates[2].TensorPeak!.Value;
        var scratch = Estimates[2] with { AllocatedPeak = tensors + new ByteSize(1_000) };
        var segments = scratch with { ReservedPeak = tensors + new ByteSize(5_000) };
        var profile = Profile with { Workspace = [new(null, null, new(new(77), 9, new(1), 0))] };

        Assert.Equal(77, Over(Estimates[2]));
        Assert.Equal(1_000, Over(scratch));
        Assert.Equal(5_000, Over(segments));
        Assert.Equal(5_000, profile.Apply(segments, Model, Workload).Parts[Part.Slack]!.Value.Bytes);

        long Over(MemoryEstimate e)
        {
            var parts = profile.Apply(e, Model, Workload).Parts;
            return (parts.Total - tensors - parts[Part.Context]!.Value - parts[Part.Modules]!.Value - parts[Part.Residual]!.Value).Bytes;
        }
    }

    [Fact]
    public void The_interval_lies_around_the_total_by_the_profiles_half_width()
    {
        var profile = Profile with { Estimators = [.. Profile.Estimators.Select(e => e with { HalfWidth = 0.1 })] };
        var applied = profile.Apply(Estimates[2], Model, Workload);

        Assert.InRange(applied.High!.Value.Bytes / (double)applied.Total.Bytes, 1.0999, 1.1001);
        Assert.InRange(applied.Low!.Value.Bytes / (double)applied.Total.Bytes, 0.8999, 0.9001);

        var without = (profile with { Estimators = [] }).Apply(Estimates[2], Model, Workload);
        Assert.Null(without.Low);
        Assert.Contains(without.Unknown, u => u.Contains("interval", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_said_where_the_profile_holds() =>
        Assert.Empty(ProfileApplication.Warnings(Profile, Model, Workload, Profile.Hardware));

    private static AxisRanges Ranges => Profile.Ranges with { Cache = [CachePolicy.Preallocated], Attention = [AttentionKernel.Fused] };

    public static TheoryData<string, WorkloadFacts> Outside => new()
    {
        { "batch 900, calibrated from 1 to 4", Workload with { Batch = 900 } },
        { "prompt 1, calibrated from 8 to 63", Workload with { Prompt = 1 } },
        { "length 1,032, calibrated from", Workload with { NewTokens = 1_000 } },
        { "kv_dtype int8, calibrated with", Workload with { KvDtype = DataType.Int8 } },
        { "dtype int64, calibrated with bf16, fp16, fp32, int8", Workload with { Dtype = DataType.Int64 } },
        { "cache paged, calibrated with preallocated", Workload with { Cache = CachePolicy.Paged } },
        { "attention math, calibrated with fused", Workload with { Attention = AttentionKernel.Math } },
        { "logits all, calibrated with last", Workload with { Logits = LogitsFor.All } },
        { "prefill chunked, calibrated with whole", Workload with { PrefillChunk = 8 } },
    };

    [Theory]
    [MemberData(nameof(Outside))]
    public void Outside_of_its_ranges_a_profile_says_so(string warning, WorkloadFacts workload) =>
        Assert.Contains(Ranges.Outside(Model, workload), w => w.Contains(warning, StringComparison.Ordinal));

    [Fact]
    public void A_model_larger_than_those_calibrated_is_said() =>
        Assert.Contains("parameters", Assert.Single(ProfileApplication.Warnings(Profile, Model with { Parameters = 70_000_000_000 }, Workload, null)), StringComparison.Ordinal);

    public static TheoryData<string, HardwareKey> Others => new()
    {
        { "device", Profile.Hardware with { Name = "Another" } },
        { "device", Profile.Hardware with { Kind = DeviceKind.Cuda } },
        { "capability", Profile.Hardware with { Capability = "AVX2" } },
        { "driver", Profile.Hardware with { Driver = "570.1" } },
        { "libtorch", Profile.Hardware with { Libtorch = "2.9.0" } },
        { "threads", Profile.Hardware with { Threads = 99 } },
        { "allocator settings", Profile.Hardware with { Allocator = "MALLOC_ARENA_MAX=1" } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void On_other_hardware_or_software_a_profile_says_so(string what, HardwareKey target) => Assert.StartsWith(
        $"profile {Profile.Name} was calibrated on different hardware or software: {what} ",
        Assert.Single(ProfileApplication.Warnings(Profile, Model, Workload, target)), StringComparison.Ordinal);

    [Fact]
    public void Of_a_driver_only_the_major_version_counts()
    {
        var hardware = Profile.Hardware with { Driver = "570.86.15" };
        Assert.Empty(hardware.DifferencesFrom(hardware with { Driver = "570.124.06" }));
        Assert.Single(hardware.DifferencesFrom(hardware with { Driver = "580.1" }));
    }
}
