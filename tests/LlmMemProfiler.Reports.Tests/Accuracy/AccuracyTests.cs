using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Accuracy;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Tests.Accuracy;

public class AccuracyTests
{
    private static readonly IReadOnlyList<ReportPoint> Points = ReportData.Of(SyntheticSweep.Axes()).Measured;

    [Fact]
    public void The_guides_constant_is_tuned_to_the_median_of_what_is_missing()
    {
        var constant = GuideConstant.Of(Points)!;
        long[] needed = [.. Points.Select(p => p.Measured.DevicePeak!.Value.Bytes - p.By(GuideEstimator.Name)!.TensorPeak!.Value.Bytes).Order()];
        Assert.Equal((needed[7] + needed[8]) / 2, constant.Tuned.Bytes, 1.0);
        Assert.InRange(constant.Tuned.Bytes, SyntheticSweep.Runtime, SyntheticSweep.Runtime + ByteSize.MiB);
        Assert.All(constant.Before, c => Assert.Equal(c.Estimate.Total, c.Predicted));
        Assert.All(constant.After, c => Assert.Equal(c.Estimate.TensorPeak!.Value + constant.Tuned, c.Predicted));
        Assert.True(constant.After.Statistics()!.MedianPercent < constant.Before.Statistics()!.MedianPercent);

        var given = GuideConstant.Of(Points, fromProfile: new(12345))!;
        Assert.All(given.After, c => Assert.Equal(c.Estimate.TensorPeak!.Value.Bytes + 12345, c.Predicted.Bytes));
    }

    [Fact]
    public void The_worst_point_is_named_with_the_parts_that_are_off()
    {
        var records = SyntheticSweep.Axes().Append(SyntheticSweep.Point("tiny", new() { Prompt = 40, NewTokens = 3 }, extra: 90 * ByteSize.MiB)).ToArray();
        var points = ReportData.Of(records).Measured;
        var worst = Quantity.Device.Compare(points).Where(p => p.Estimate == p.Point.Finest).Worst(10).ToList();
        var parts = worst[0].ByPart().ToList();
        Assert.Equal(10, worst.Count);
        Assert.Equal(records.Length, worst[0].Point.Number);
        Assert.Equal([Part.Context, Part.Residual, Part.Modules], parts.Take(3).Select(p => p.Part));
        Assert.Equal(-SyntheticSweep.Residual - 90 * ByteSize.MiB, parts[1].Bytes);
        Assert.Empty(Quantity.TensorPeak.Compare(points).Where(p => p.Estimate == p.Point.Finest).Worst(10));
    }

    [Fact]
    public void Records_that_did_not_end_well_count_nowhere()
    {
        var records = SyntheticSweep.Axes();
        var data = ReportData.Of([.. records, records[0] with { Status = RunStatus.Oom, Measured = records[0].Measured with { DevicePeak = new(1) } }]);
        Assert.Equal(records.Count + 1, data.All.Count);
        Assert.Equal(records.Count, data.Measured.Count);
        Assert.All(AccuracyTable.ByEstimator(data.Measured), row => Assert.Equal(records.Count, row.Errors.Count));
    }

    [Fact]
    public void Other_estimates_take_the_place_of_the_records()
    {
        var data = ReportData.Of(SyntheticSweep.Axes(), r => [r.Estimates[2] with { Parts = r.Measured.Parts }]);
        var device = AccuracyTable.ByEstimator(data.Measured).Single(r => r.Quantity == Quantity.Device.Name);
        Assert.Equal(("simulated", false, 0.0), (device.Estimator, device.IsOpen, device.Errors.MaximumPercent));
    }
}
