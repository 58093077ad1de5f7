using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class GateTests
{
    private static readonly ErrorStatistics Bad = new(10, 50, 50, 90, -50, 1, 90, null);

    private static readonly ErrorStatistics Good = new(10, 1, 0.5, 4, 0.1, 0.4, 3, 0.95);

    [Theory]
    [InlineData(0.5, 4.0, 3.0, true)]
    [InlineData(0.49, null, null, false)]
    [InlineData(null, 3.9, null, false)]
    [InlineData(null, null, 2.9, false)]
    [InlineData(1.0, null, null, true)]
    public void Each_bound_counts_for_itself_and_may_be_met_exactly(double? median, double? error, double? under, bool passes)
    {
        var verdict = new Gate(median, error, under).Judge([Estimator("guide", Bad, Bad), Estimator("simulated", Bad, Good)]);

        Assert.Equal(("simulated", passes), (verdict.Estimator, verdict.Passed));
        Assert.Equal(passes ? 0 : 1, verdict.Failures.Count);
    }

    [Fact]
    public void All_broken_bounds_are_named() => Assert.Equal(
        ["the median error is 50 %, above 1 %", "the largest error is 90 %, above 5 %", "the largest underestimate is 90 %, above 2 %"],
        new Gate(1, 5, 2).Judge([Estimator("simulated", Bad, null)]).Failures);

    [Fact]
    public void A_gate_with_nothing_to_judge_fails() => Assert.False(new Gate(1, null, null).Judge([Estimator("simulated", null, null)]).Passed);

    [Fact]
    public void Errors_have_their_sign_and_their_size()
    {
        var points = new Synthetic { Count = 3 }.Records().Select(r => CalibrationPoint.Of(r)!).ToList();
        Prediction<CalibrationPoint>[] predictions =
        [
            .. ((double[])[1.1, 0.98, 0.95]).Select((factor, i) => Quantity.Device.Compare(points[i], points[i].By("analytic")! with
            {
                Parts = new((Core.Accounts.Part.Overhead, new((long)(points[i].Device.Bytes * factor)))),
                Low = new(0),
                High = new((long)(points[i].Device.Bytes * 0.99 * factor)),
            })!),
        ];

        var e = predictions.Statistics()!;

        Assert.Equal((3, 10, 5, 5.667, 1, 0.667, 5, 0.333), (e.Count, R(e.MaximumPercent), R(e.MedianPercent), R(e.MeanPercent),
            R(e.SignedPercent), R(e.UnderShare), R(e.LargestUnderPercent), R(e.Coverage!.Value)));

        static double R(double value) => Math.Round(value, 3);
    }

    private static EstimatorValidation Estimator(string name, ErrorStatistics? before, ErrorStatistics? after) => new(name, before, after, [], []);
}
