using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class GuideConstantTests
{
    private static readonly IReadOnlyList<RunRecord> Records = new Synthetic { Count = 16 }.Records();

    [Fact]
    public void Without_any_estimate_of_the_guide_there_is_none() =>
        Assert.Contains("the estimate 'guide'", Assert.Throws<InputException>(() => GuideConstant.Fit(Points(Records.Select(r => r with { Estimates = [] })))).Message, StringComparison.Ordinal);

    [Fact]
    public void It_is_the_median_of_what_the_tensors_leave()
    {
        var points = Points(Records);
        long[] needed = [.. points.Select(p => (p.Device - p.By(GuideEstimator.Name)!.TensorPeak!.Value).Bytes).Order()];
        var tuned = GuideConstant.Fit(points).Value;
        var (before, after) = (GuideConstant.Apply(points, GuideEstimator.Overhead), GuideConstant.Apply(points, tuned));

        Assert.Equal((needed[7] + needed[8]) / 2, tuned.Bytes, 1.0);
        Assert.All(before, p => Assert.Equal(p.Point.By(GuideEstimator.Name)!.Total, p.Predicted));
        Assert.All(after, p => Assert.Equal(p.Estimate.TensorPeak!.Value + tuned, p.Predicted));
        Assert.True(after.Statistics()!.MedianPercent < before.Statistics()!.MedianPercent);
    }

    [Fact]
    public void It_stands_for_memory_and_is_never_below_zero() => Assert.Equal(
        ByteSize.Zero, GuideConstant.Fit(Points(Records.Select(r => r with { Measured = r.Measured with { DevicePeak = new(1) } }))).Value);

    private static List<CalibrationPoint> Points(IEnumerable<RunRecord> records) => [.. records.Select(r => CalibrationPoint.Of(r)!)];
}
