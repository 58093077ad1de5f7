using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
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

    [Theory]
    [InlineData(WidthUnit.Fraction, 0.1)]
    [InlineData(WidthUnit.Bytes, 12_345)]
    public void The_interval_lies_around_the_total_by_the_profiles_half_width_and_states_its_guarantee(WidthUnit unit, double width)
    {
        var profile = Profile with { Estimators = [.. Profile.Estimators.Select(e => e with { HalfWidths = new(unit, [new(null, null, null, width)]), Guarantee = 0.75 })] };
        var applied = profile.Apply(Estimates[2], Model, Workload);
        var half = unit == WidthUnit.Bytes ? width : width * applied.Total.Bytes;

        Assert.InRange((applied.High!.Value - applied.Total).Bytes, half, half + 1);
        Assert.InRange((applied.Total - applied.Low!.Value).Bytes, half, half + 1);
        Assert.StartsWith("interval for 75 % in the fitted range, ", applied.Interval!.ToString(), StringComparison.Ordinal);

        var without = (profile with { Estimators = [] }).Apply(Estimates[2], Model, Workload);
        Assert.Null(without.Low);
        Assert.Null(without.Interval);
        Assert.Contains(without.Unknown, u => u.Contains("interval", StringComparison.Ordinal));
    }

    /// <summary>Fitted up to 100 tokens with ±1,000 B, tested at 200 with an error of 1,500 B: 400 is as far again.</summary>
    [Theory]
    [InlineData(100, 1_000)]
    [InlineData(101, 1_500)]
    [InlineData(200, 1_500)]
    [InlineData(201, 2_000)]
    [InlineData(400, 2_000)]
    [InlineData(401, null)]
    public void Beyond_the_fit_the_interval_widens_by_what_the_extreme_showed_and_then_is_not_known(int newTokens, int? half)
    {
        var profile = Profile with
        {
            Ranges = Profile.Ranges with { NewTokens = new(4, 100, 200) },
            Estimators = [.. Profile.Estimators.Select(e => e with { HalfWidths = new(WidthUnit.Bytes, [new(null, null, null, 1_000)]), Extremes = [new("new_tokens", CachePolicy.Preallocated, 1, 1.5)] })],
        };
        var applied = profile.Apply(Estimates[2], Model, Workload with { NewTokens = newTokens });

        Assert.Equal(half, (int?)(applied.High - applied.Total)?.Bytes);
        Assert.Equal(half is null, applied.Unknown.Any(u => u.StartsWith("interval: new_tokens 401, calibrated from 4 to 100, tested to 200", StringComparison.Ordinal)));
    }

    /// <summary>A cache that grows leaves more behind with every step; how a preallocated one did says nothing of it.</summary>
    [Fact]
    public void Beyond_the_fit_an_interval_is_known_only_with_a_cache_that_was_tested_there()
    {
        var profile = Profile with
        {
            Ranges = Profile.Ranges with { NewTokens = new(4, 100, 200) },
            Estimators = [.. Profile.Estimators.Select(e => e with { Extremes = [new("new_tokens", CachePolicy.Preallocated, 1, 0.5)] })],
        };
        Assert.NotNull(profile.Apply(Estimates[2], Model, Workload with { NewTokens = 150 }).Low);
        var applied = profile.Apply(Estimates[2], Model, Workload with { NewTokens = 150, Cache = CachePolicy.Paged });
        Assert.Null(applied.Low);
        Assert.Contains("interval: new_tokens 150 was not tested with cache paged", applied.Unknown);
    }

    [Fact]
    public void The_first_group_that_matches_gives_the_width()
    {
        var widths = new HalfWidths(WidthUnit.Bytes,
        [
            new(DataType.Float16, AttentionKernel.Fused, CachePolicy.Concat, 1), new(null, null, CachePolicy.Concat, 2), new(null, null, null, 3),
        ]);
        Assert.Equal(1, widths.Of(Workload with { Cache = CachePolicy.Concat }));
        Assert.Equal(2, widths.Of(Workload with { Cache = CachePolicy.Concat, Dtype = DataType.Int8 }));
        Assert.Equal(3, widths.Of(Workload));
        Assert.Equal(["fp16 fused concat", "concat", "all others"], widths.Groups.Select(g => g.ToString()));
    }

    [Fact]
    public void A_feature_beyond_what_was_tested_leaves_the_interval_unknown()
    {
        var profile = Profile with
        {
            Ranges = Profile.Ranges with { Features = new Dictionary<string, AxisRange> { ["layers"] = new(1, 4, 6) } },
        };
        Assert.Null(profile.Apply(Estimates[2], Model, Workload).Low);
        Assert.Contains(ProfileApplication.Warnings(profile, Model, Workload, null), w => w.Contains("layers 12, calibrated from 1 to 4, tested to 6", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_kind_of_device_and_other_totals_are_refused()
    {
        Assert.ThrowsAny<InputException>(() => Profile.RequireFits(DeviceKind.Cuda));
        var other = Profile.Hardware with { Level = DeviceLevel.Private };
        Assert.Contains(
            "predicts resident totals, and the results have private ones",
            Assert.ThrowsAny<InputException>(() => ProfileApplication.Warnings(Profile, Model, Workload, other).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_where_the_profile_holds() =>
        Assert.Empty(ProfileApplication.Warnings(Profile, Model, Workload, Profile.Hardware));

    private static AxisRanges Ranges => Profile.Ranges with { Cache = [CachePolicy.Preallocated], Attention = [AttentionKernel.Fused] };

    public static TheoryData<string, WorkloadFacts> Outside => new()
    {
        { "batch 900, calibrated from 1 to 3, tested to 4", Workload with { Batch = 900 } },
        { "prompt 1, calibrated from 8 to 62, tested to 63", Workload with { Prompt = 1 } },
        { "new_tokens 1,000, calibrated from", Workload with { NewTokens = 1_000 } },
        { "kv_dtype int8, calibrated with", Workload with { KvDtype = DataType.Int8 } },
        { "dtype int64, calibrated with bf16, fp16, fp32, int8", Workload with { Dtype = DataType.Int64 } },
        { "cache paged, calibrated with preallocated", Workload with { Cache = CachePolicy.Paged } },
        { "attention math, calibrated with fused", Workload with { Attention = AttentionKernel.Math } },
        { "logits all, calibrated with last", Workload with { Logits = LogitsFor.All } },
        { "prefill chunked, calibrated with whole", Workload with { PrefillChunk = 8 } },
        { "window_cache bounded, calibrated with full", Workload with { WindowCache = WindowCache.Bounded } },
        { "grouped_heads fold, calibrated with repeat", Workload with { GroupedHeads = GroupedHeads.Fold } },
    };

    [Theory]
    [MemberData(nameof(Outside))]
    public void Outside_of_its_ranges_a_profile_says_so(string warning, WorkloadFacts workload) =>
        Assert.Contains(Ranges.Outside(Model, workload), w => w.Contains(warning, StringComparison.Ordinal));

    [Fact]
    public void A_model_larger_than_those_calibrated_is_said() =>
        Assert.Contains(
            ProfileApplication.Warnings(Profile, Model with { Parameters = 70_000_000_000 }, Workload, null),
            w => w.Contains("range: parameters 70,000,000,000", StringComparison.Ordinal));

    public static TheoryData<string, HardwareKey> Others => new()
    {
        { "device", Profile.Hardware with { Name = "Another" } },
        { "cores", Profile.Hardware with { Cores = 99 } },
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
