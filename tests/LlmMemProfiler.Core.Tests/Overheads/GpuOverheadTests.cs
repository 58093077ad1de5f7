using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Overheads;

public class GpuOverheadTests
{
    /// <summary>The published figures in bytes, by hand: 0.41, 0.50 and 0.60 GiB of context, 0.07, 0.145 and 0.46 of modules.</summary>
    private const long LeastContext = 440_234_148, Context = 552_402_944, MostContext = 644_245_094;

    private const long LeastModules = 75_161_928, Modules = 167_772_160, MostModules = 493_921_239;

    [Fact]
    public void The_simulation_gets_a_value_and_two_bounds()
    {
        var (before, after) = Estimate("h100", SimulatedEstimator.Name);

        Assert.Equal(before.ReservedPeak, before.Total);
        Assert.Equal((Context, Modules), (after.Parts[Part.Context]?.Bytes, after.Parts[Part.Modules]?.Bytes));
        Assert.Equal(before.Total.Bytes + Context + Modules, after.Total.Bytes);
        Assert.Equal(before.Total.Bytes + LeastContext + LeastModules, after.Low?.Bytes);
        Assert.Equal(before.Total.Bytes + MostContext + MostModules, after.High?.Bytes);
        Assert.Null(after.Interval);
        Assert.DoesNotContain(after.Unknown, line => line.StartsWith("overhead", StringComparison.Ordinal));
        Assert.Contains("residual: no source tells it apart", after.Unknown);
        Assert.Equal((before.TensorPeak, before.ReservedPeak, before.Parts[Part.Slack]), (after.TensorPeak, after.ReservedPeak, after.Parts[Part.Slack]));
    }

    [Fact]
    public void An_estimate_without_scratch_and_segments_stays_a_lower_bound()
    {
        var (before, after) = Estimate("h100", AnalyticEstimator.Name);

        Assert.Equal(before.Total.Bytes + Context + Modules, after.Total.Bytes);
        Assert.Equal(before.Low?.Bytes + LeastContext + LeastModules, after.Low?.Bytes);
        Assert.Null(after.High);
    }

    [Fact]
    public void The_guides_constant_stays_the_guides()
    {
        var (before, after) = Estimate("h100", GuideEstimator.Name);

        Assert.Equal(100 * ByteSize.MiB, after.Parts[Part.Overhead]?.Bytes);
        Assert.Same(before, after);
    }

    [Theory]
    [InlineData("h200", Part.Context, Part.Modules, "modules and residual: the atlas has none of h200; the device total exceeds this total")]
    [InlineData("l4", Part.Modules, Part.Context, "context and residual: the atlas has none of l4; the device total exceeds this total")]
    public void Where_one_was_never_measured_there_is_no_upper_bound(string gpu, Part known, Part missing, string unknown)
    {
        var (before, after) = Estimate(gpu, SimulatedEstimator.Name);

        Assert.Equal(before.Total + after.Parts[known]!.Value, after.Total);
        Assert.Equal(after.Total, after.Low);
        Assert.Null(after.Parts[missing]);
        Assert.Null(after.High);
        Assert.Contains(unknown, after.Unknown);
    }

    /// <summary>RTX 5090: 0.59 and 0.62 GiB, by one source.</summary>
    [Fact]
    public void Where_only_the_sum_was_seen_it_is_one_part()
    {
        var (before, after) = Estimate("rtx-5090", SimulatedEstimator.Name);

        Assert.Equal((633_507_676 + 665_719_931) / 2, after.Parts[Part.Overhead]?.Bytes);
        Assert.Null(after.Parts[Part.Context]);
        Assert.Equal((before.Total.Bytes + 633_507_676, before.Total.Bytes + 665_719_931), (after.Low!.Value.Bytes, after.High!.Value.Bytes));
    }

    [Theory]
    [InlineData("rtx-4070")]
    [InlineData("a100-80/1g.10gb")]
    [InlineData("sm_90:132:80GiB")]
    public void Of_a_card_that_nobody_measured_nothing_is_known(string gpu)
    {
        var (before, after) = Estimate(gpu, SimulatedEstimator.Name);

        Assert.Equal((before.Total, before.Total), (after.Total, after.Low!.Value));
        Assert.Null(after.High);
        Assert.Contains(
            $"overhead: the atlas has neither context nor modules of {gpu}; a hardware profile has context, modules and residual; the device total exceeds this total", after.Unknown);
    }

    [Fact]
    public void Left_out_it_is_zero_and_the_bounds_are_one()
    {
        var (before, _) = Estimate("h100", SimulatedEstimator.Name);
        var after = GpuOverhead.LeftOut.AddTo(before, Target("h100"));

        Assert.Equal((before.Total, before.Total, before.Total), (after.Low!.Value, after.Total, after.High!.Value));
        Assert.Contains("overhead: left out; context, modules and residual come on top", after.Unknown);
        Assert.Null(after.Parts[Part.Context]);
    }

    [Theory]
    [InlineData("EAGER", 0)]
    [InlineData("LAZY", 2)]
    [InlineData("DEFAULT", 2)]
    [InlineData(null, 2)]
    public void Figures_of_lazy_loading_say_nothing_of_eager_loading(string? loading, int ranges) => Assert.Equal(
        ranges, GpuOverhead.Of(GpuModels.Find("h100")!, name => name == "CUDA_MODULE_LOADING" ? loading : null).Ranges.Count);

    [Fact]
    public void A_simulation_that_ran_out_of_memory_has_no_upper_bound()
    {
        var (before, _) = Estimate("h100", SimulatedEstimator.Name);

        Assert.Null(Overhead("h100").AddTo(before with { OutOfMemory = "out of memory" }, Target("h100")).High);
    }

    /// <summary>cuDNN chooses its workspace by itself (cuDNN 9.15.1 and newer goes first on capability 9.0, in libtorch 2.12).</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData("1", true)]
    public void A_kernel_with_unknown_scratch_leaves_no_upper_bound(string? deprioritized, bool isBounded)
    {
        var target = Targets.Gpu(GpuModels.Find("h100")!, new("2.12.0", 91_501), name => name == "TORCH_CUDNN_SDPA_DEPRIORITIZED" ? deprioritized : null);
        var before = SimulatedEstimator.Estimate(ModelPresets.Find("tiny"), new() { Prompt = 8, NewTokens = 2 }, target);

        Assert.Equal(isBounded, Overhead("h100").AddTo(before, target).High is not null);
    }

    [Fact]
    public void More_than_64_bits_count_is_refused()
    {
        var before = new MemoryEstimate { Estimator = SimulatedEstimator.Name, Parts = new((Part.Weights, new(long.MaxValue))), Low = ByteSize.Zero };

        Assert.EndsWith(
            "exceeds 64-bit byte counts; use a smaller model or workload",
            Assert.Throws<InputException>(() => Overhead("h100").AddTo(before, Target("h100"))).Message, StringComparison.Ordinal);
    }

    private static (MemoryEstimate Before, MemoryEstimate After) Estimate(string gpu, string estimator)
    {
        var target = Target(gpu);
        var before = Estimators.All(ModelPresets.Find("tiny"), new() { Prompt = 8, NewTokens = 2 }, target).Single(e => e.Estimator == estimator);
        return (before, Overhead(gpu).AddTo(before, target));
    }

    private static GpuOverhead Overhead(string gpu) => GpuOverhead.Of(Targets.GpuOf(gpu)!, _ => null);

    private static Target Target(string gpu) => Targets.Find(gpu, threads: 1, _ => null);
}
