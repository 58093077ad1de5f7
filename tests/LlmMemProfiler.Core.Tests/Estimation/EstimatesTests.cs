using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class EstimatesTests
{
    [Fact]
    public void All_three_come_from_the_crudest_to_the_finest() => Assert.Equal(
        ["guide", "analytic", "simulated"],
        Estimators.All(ModelPresets.Find("tiny"), new()).Select(e => e.Estimator));

    [Fact]
    public void Parts_add_up_to_the_total_in_each_estimate() => Arbitrary.Decode.Sample((m, w) =>
        Assert.All(Estimators.All(m, w), e => Assert.Equal(e.Parts.Known.Sum(p => p.Size.Bytes), e.Total.Bytes)));

    [Fact]
    public void Without_a_profile_only_the_guide_says_overhead_and_each_names_what_is_open() => Arbitrary.Decode.Sample((m, w) =>
        Assert.All(Estimators.All(m, w), e =>
        {
            Assert.Equal(e.Estimator == "guide", e.Parts[Part.Overhead] is not null);
            Assert.NotEmpty(e.Unknown);
            Assert.Null(e.AllocatedPeak);
            Assert.Null(e.ReservedPeak);
            Assert.Null(e.High);
            if (e.Estimator != "guide")
                Assert.Equal((e.Total, e.Total), (e.TensorPeak, e.Low));
        }));

    [Fact]
    public void The_peak_is_the_highest_of_the_phases() => Arbitrary.Decode.Sample((m, w) =>
        Assert.All(Estimators.All(m, w).Skip(1), e =>
        {
            Phase[] phases = w.NewTokens > 1 ? [Phase.Load, Phase.Prefill, Phase.Decode] : [Phase.Load, Phase.Prefill];
            Assert.Equal(phases, e.Phases.Select(p => p.Phase));
            Assert.Equal(e.TensorPeak, e.Phases.Max(p => p.TensorPeak));
        }));

    private static readonly ModelSpec Guide = ModelPresets.Find("guide-354m");

    public static TheoryData<ModelSpec, Workload> Absurd => new()
    {
        { (GptSizes.Of(Guide) with { DModel = int.MaxValue, Heads = 1, KvHeads = 1, DFf = int.MaxValue, Positions = int.MaxValue }).Model("test"), new() },
        { (GptSizes.Of(Guide) with { Layers = 4000, DModel = 1 << 28, Heads = 1, KvHeads = 1 }).Model("test"), new() },
        { (GptSizes.Of(Guide) with { Positions = int.MaxValue }).Model("test"), new() { Batch = int.MaxValue, Prompt = int.MaxValue - 1, NewTokens = 1 } },
        {
            (GptSizes.Of(Guide) with { Positions = int.MaxValue }).Model("test"),
            new() { Prompt = int.MaxValue - 1, NewTokens = 1, Attention = AttentionKernel.Math }
        },
        { Guide, new() { Prompt = int.MaxValue, NewTokens = int.MaxValue } },
    };

    [Theory]
    [MemberData(nameof(Absurd), DisableDiscoveryEnumeration = true)]
    public void What_64_bits_cannot_count_is_refused_and_never_a_small_number(ModelSpec model, Workload workload)
    {
        var e = Assert.ThrowsAny<InputException>(() => Estimators.All(model, workload));

        Assert.Contains("guide-354m", e.Message, StringComparison.Ordinal);
        Assert.Contains("exceeds 64-bit byte counts", e.Message, StringComparison.Ordinal);
    }
}
