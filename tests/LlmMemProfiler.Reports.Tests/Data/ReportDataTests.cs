using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Tests.Data;

public class ReportDataTests
{
    [Fact]
    public void Records_that_did_not_end_well_count_nowhere()
    {
        var records = SyntheticSweep.Axes();
        var data = ReportData.Of([.. records, records[0] with { Status = RunStatus.Oom, Measured = records[0].Measured with { DevicePeak = new(1) } }]);
        Assert.Equal(records.Count + 1, data.All.Count);
        Assert.Equal(records.Count, data.Series[0].Points.Count);
        Assert.All(AccuracyTable.ByEstimator(data.Series[0].Points), row => Assert.Equal(records.Count, row.Errors.Count));
    }

    [Fact]
    public void Other_estimates_take_the_place_of_the_records()
    {
        var data = ReportData.Of(SyntheticSweep.Axes(), r => [r.Estimates[2] with { Parts = r.Measured.Parts }]);
        var device = AccuracyTable.ByEstimator(data.Series[0].Points).Single(r => r.Quantity == Quantity.Device.Name);
        Assert.Equal(("simulated", data.Series[0].Points.Count, false, 0.0), (device.Estimator, device.Exact, device.ExcludesRuntime, device.Errors.MaximumPercent));
    }

    [Fact]
    public void Text_of_records_is_plain_from_here_on()
    {
        const string hostile = "a\e[2J\nb", plain = "a\\u001b[2J\\u000ab";
        var record = SyntheticSweep.Axes()[0];
        var point = Assert.Single(ReportData.Of([record with
        {
            PointId = hostile,
            Error = hostile,
            Model = record.Model with { Name = hostile },
            Device = record.Device with { Name = hostile },
            Measured = record.Measured with { TensorPeakAt = hostile },
            Estimates = [record.Estimates[0] with { Estimator = hostile }],
        }]).All);
        string?[] texts = [point.PointId, point.Error, point.Model.Name, point.Device.Name, point.Machine.Name, point.Measured.TensorPeakAt, point.Estimates[0].Estimator];
        Assert.All(texts, text => Assert.Equal(plain, text));
    }
}
