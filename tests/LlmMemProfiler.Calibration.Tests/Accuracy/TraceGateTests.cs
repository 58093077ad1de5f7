using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class TraceGateTests
{
    private static readonly TraceFacts Equal = new(10, 20, 20, 20, 0, 0, []);

    private static readonly TraceFacts OtherScratch = new(10, 20, 22, 18, 0, 1, [new("prefill, layer 0, Linear (activations)", [64], [64, 32, -32], false, 1)]);

    private static readonly TraceFacts OtherTensor = new(10, 20, 20, 16, 2, 2, [new("prefill, layer 0, Gelu (activations)", [64], [128], true, 2)]);

    [Theory]
    [InlineData(0L, 100.0, 0.0, true)]
    [InlineData(null, null, null, true)]
    public void Equal_traces_pass_every_bound(long? tensors, double? equal, double? allocated, bool passes) =>
        Assert.Equal(passes, new TraceGate(tensors, equal, allocated).Judge(Validation((DataType.Float32, Equal, 1000))).Passed);

    [Fact]
    public void Other_tensors_break_their_bound_and_name_the_point_and_the_operation()
    {
        var traces = Validation((DataType.Float32, Equal, 1000), (DataType.Float32, OtherScratch, 1000), (DataType.Float16, OtherTensor, 1000));

        Assert.Equal(["tensors differ in 2 operations at 1 points, above 1"], new TraceGate(1, null, null).Judge(traces).Failures);
        Assert.True(new TraceGate(2, null, null).Judge(traces).Passed);
        Assert.Equal((3, 2, 1, 62L, 54L), (traces.Overall.Points, traces.Overall.TensorsEqual, traces.Overall.Equal, traces.Overall.Events, traces.Overall.EqualEvents));
        Assert.Equal([2L, 0L], traces.Worst.Select(w => w.TensorDifferences));
        Assert.Contains("Gelu (activations): expected +64 B, measured +128 B", traces.Worst[0].First!.ToString(), StringComparison.Ordinal);
        Assert.Contains(" fp16 ", traces.Worst[0].Title, StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_of_equal_traces_is_judged_type_by_type_over_all_models()
    {
        var traces = Validation([(DataType.Float16, OtherScratch, 1000), (DataType.Float32, OtherScratch, 1000), .. Enumerable.Repeat((DataType.Float32, Equal, 1000L), 3)]);

        Assert.Equal(
            ["fp16: full traces match at 0 of 1 points, below 75 %"], new TraceGate(null, 75, null).Judge(traces).Failures);
        Assert.Equal(2, new TraceGate(null, 75.1, null).Judge(traces).Failures.Count);
    }

    [Theory]
    [InlineData(1005L, true)]
    [InlineData(1006L, false)]
    [InlineData(995L, true)]
    [InlineData(994L, false)]
    public void The_allocated_peak_may_be_off_by_so_much_in_either_direction(long predicted, bool passes) =>
        Assert.Equal(passes, new TraceGate(null, null, 0.5).Judge(Validation((DataType.Float16, Equal, 1000), (DataType.Float16, Equal, predicted))).Passed);

    [Fact]
    public void What_was_not_compared_was_not_found_equal()
    {
        Assert.Equal(["1 of 2 points have no trace"], new TraceGate(0, null, null).Judge(Validation((DataType.Float32, Equal, 1000), (DataType.Float32, null, 1000))).Failures);
        Assert.Equal(
            ["the allocated peak of 1 points was not both measured and predicted"], new TraceGate(null, null, 1).Judge(Validation((DataType.Float32, Equal, null))).Failures);
        Assert.Equal(["no points left to judge"], new TraceGate(0, null, null).Judge(Validation()).Failures);
    }

    [Fact]
    public void A_run_that_did_not_end_well_holds_no_traces_and_one_that_was_tried_again_counts_once()
    {
        var run = Records((DataType.Float32, Equal, 1000))[0];
        var broken = run with { Status = RunStatus.Failed, Trace = OtherTensor, Started = run.Started.AddHours(-1) };

        Assert.Equal((1, 0), Compared(broken));
        Assert.Equal((1, 1), Compared(broken, run));
        Assert.Equal((2, 1), Compared(broken, run with { Repeat = 1 }));

        static (int, int) Compared(params RunRecord[] records) =>
            TraceValidations.Of(CalibrationInput.Of(records).Traces) is var traces ? (traces.Overall.Points, traces.Overall.Compared) : default;
    }

    private static TraceValidation Validation(params (DataType Dtype, TraceFacts? Trace, long? Predicted)[] points) =>
        TraceValidations.Of(CalibrationInput.Of(Records(points)).Traces);

    /// <summary>Runs that allocated 1,000 bytes each, and were predicted to allocate so many.</summary>
    private static RunRecord[] Records(params (DataType Dtype, TraceFacts? Trace, long? Predicted)[] points) =>
        [.. new Synthetic { Count = points.Length }.Records().Zip(points, (record, point) => record with
        {
            Workload = record.Workload with { Dtype = point.Dtype },
            Trace = point.Trace,
            Measured = record.Measured with { AllocatedPeak = new(1000) },
            Estimates = [.. record.Estimates.Select(e => e with
            {
                AllocatedPeak = e.Estimator == SimulatedEstimator.Name && point.Predicted is { } bytes ? new ByteSize(bytes) : null,
            })],
        })];
}
