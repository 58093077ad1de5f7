using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Tests;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

/// <summary>The plans that come with the program.</summary>
public sealed class SweepPlansTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. SweepPlans.Names];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void They_are_the_files_of_the_profiles_folder() => Assert.Equal(
        ["batch", "cache-growth", "cache-policy", "chunked-prefill", "fused-attention", "gpu", "lengths", "quantisation", "quick", "sequence", "standard", "traces"],
        SweepPlans.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_has_unique_points_and_room_in_four_gibibytes(string name)
    {
        var plan = SweepPlans.Find(name);
        Assert.Equal(name, plan.Name);
        var ids = plan.Points.Select(p => p.Key(DeviceKind.Cpu, "").Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(plan.Points, p => Assert.True(
            AnalyticEstimator.Estimate(p.Model, p.Workload).Total + GuideEstimator.Overhead < new ByteSize(4 * ByteSize.GiB), PlanText.Short(p)));
    }

    [Theory]
    [InlineData("quick", 24, 60)]
    [InlineData("standard", 140, 160)]
    [InlineData("gpu", 60, 80)]
    public void Those_for_calibration_have_their_size_and_vary_every_axis(string name, int least, int most)
    {
        var points = SweepPlans.Find(name).Points;
        Assert.InRange(points.Count, least, most);
        Func<SweepPoint, object?>[] axes =
        [
            p => p.Model.Name, p => p.Workload.Batch, p => p.Workload.Prompt, p => p.Workload.NewTokens, p => p.Workload.Type,
            p => p.Workload.Cache, p => p.Workload.Attention, p => p.Workload.PrefillChunk, p => p.Workload.Logits,
        ];
        Assert.All(axes, axis => Assert.True(points.Select(axis).Distinct().Count() > 1));
        Assert.Equal(4, points.Select(p => p.Workload.Type).Distinct().Count());
        Assert.Equal(3, points.Select(p => p.Workload.Cache).Distinct().Count());
    }

    /// <summary>A slope learned from 4 to 16 tokens was 20 to 50 % off for what people run.</summary>
    [Fact]
    public void The_standard_plan_decodes_from_8_to_900_tokens()
    {
        var lengths = SweepPlans.Find(SweepPlans.ForCalibration).Points.Select(p => p.Workload.NewTokens).Distinct().Order().ToList();
        Assert.Subset(lengths.ToHashSet(), new HashSet<int> { 8, 32, 100, 250, 450, 900 });
        Assert.Equal(900, lengths[^1]);
    }

    [Fact]
    public void A_plan_is_read_from_a_file_with_a_model_beside_it()
    {
        folder.With("mine.json", """
            {"name":"mine","layers":1,"d_model":8,"heads":1,"d_ff":8,"vocabulary":10,"positions":50,"tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        // As an editor may write it, with a byte order mark.
        var plan = SweepPlans.Find(folder.With("my plan.json", "\uFEFF{\"points\":[{\"model\":\"mine.json\",\"prompt\":8,\"new_tokens\":2}]}"));
        Assert.Equal(("my plan", "mine"), (plan.Name, Assert.Single(plan.Points).Model.Name));
    }

    [Fact]
    public void A_name_counts_in_any_case() => Assert.Equal("quick", SweepPlans.Find("Quick").Name);

    [Theory]
    [InlineData("quik", "did you mean quick?")]
    [InlineData("nothing like that", "known plans: batch, cache-growth")]
    public void A_name_that_is_none(string name, string answer) =>
        Assert.Contains(answer, Assert.ThrowsAny<InputException>(() => SweepPlans.Find(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_plans_file_is_refused()
    {
        Assert.Contains("cannot be read", Assert.ThrowsAny<InputException>(() => SweepPlans.Find(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("larger than", Assert.ThrowsAny<InputException>(() => SweepPlans.Find("/dev/zero")).Message, StringComparison.Ordinal);
    }
}
