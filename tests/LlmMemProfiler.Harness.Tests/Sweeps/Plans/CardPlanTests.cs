using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

/// <summary>A card's standard plan fills the card.</summary>
public class CardPlanTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(80)]
    public void Models_take_their_share_of_the_card(int gibibytes)
    {
        var card = new ByteSize(gibibytes * ByteSize.GiB);
        Assert.All((int[])[1, 5, 20, 50, 85], percent =>
        {
            var model = CardPlan.Model(card, percent);
            var weights = TensorTable.For(model, new() { Type = DataType.Float16 }).Size(Core.Accounts.Part.Weights);
            Assert.InRange(100.0 * weights.Bytes / card.Bytes, 0.95 * percent, 1.05 * percent);
        });
    }

    /// <summary>The plan of the two CPU cores has no model that fills a card, and no long decode of a larger one.</summary>
    [Fact]
    public void A_GPU_never_takes_the_standard_plan_of_a_CPU()
    {
        var card = new ByteSize(24 * ByteSize.GiB);
        var (standard, quick) = (SweepPlans.Find(SweepPlans.ForCalibration), SweepPlans.Find("quick"));
        Assert.Equal(CardPlan.For(card).Points, standard.On(DeviceKind.Cuda, card).Points);
        Assert.Same(standard, standard.On(DeviceKind.Cpu, card));
        Assert.Same(quick, quick.On(DeviceKind.Cuda, card));
    }

    /// <summary>At the pace of an H100; that of 80 GB took 6 min 26 s with 16 threads.</summary>
    [Theory]
    [InlineData(24)]
    [InlineData(80)]
    public void It_is_expected_to_take_some_minutes(int gibibytes)
    {
        var points = CardPlan.For(new ByteSize(gibibytes * ByteSize.GiB)).Points;
        Assert.InRange(Harness.Sweeps.PointTime.Of(points, DeviceKind.Cuda, threads: 16), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(8));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(80)]
    public void Every_point_is_valid_fits_and_the_axes_reach_what_people_run(int gibibytes)
    {
        var card = new ByteSize(gibibytes * ByteSize.GiB);
        var points = CardPlan.For(card).Points;

        Assert.All(points, p => p.Workload.ValidatedFor(p.Model));
        Assert.All(points, p => Assert.InRange(SweepJob.Predict(p, DeviceKind.Cuda).Bytes, 0, card.Bytes * 95 / 100));
        Assert.Equal((8, 1_024), (points.Min(p => p.Workload.NewTokens), points.Max(p => p.Workload.NewTokens)));
        var largest = points.MaxBy(p => p.Workload.Batch)!;
        Assert.InRange(SweepJob.Predict(largest, DeviceKind.Cuda).Bytes, card.Bytes * 3 / 10, card.Bytes * 6 / 10);
        Assert.Equal([DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int8], points.Select(p => p.Workload.Type).Distinct());
    }
}
