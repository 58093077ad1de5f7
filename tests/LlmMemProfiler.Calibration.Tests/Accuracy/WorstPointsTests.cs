using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class WorstPointsTests
{
    private const long Extra = 100L << 40;

    private static readonly IReadOnlyList<CalibrationPoint> Points =
        [.. new Synthetic { Count = 16 }.Records().Select((r, i) => CalibrationPoint.Of(i == 7 ? r with { Measured = r.Measured with
        {
            DevicePeak = r.Measured.DevicePeak + new ByteSize(Extra),
            Parts = new(r.Measured.Parts.Known.Select(p => p.Part == Part.Residual ? (p.Part, p.Size + new ByteSize(Extra)) : p)),
        } } : r)!)];

    [Fact]
    public void The_worst_is_first_with_the_parts_that_are_off()
    {
        var worst = Quantity.Device.Compare(Points).Where(p => p.Estimate == p.Point.Finest).Worst(10).ToList();
        var parts = worst[0].ByPart().ToList();

        Assert.Equal(10, worst.Count);
        Assert.Equal(worst.OrderByDescending(p => Math.Abs(p.Percent)), worst);
        Assert.Equal(Points[7], worst[0].Point);
        Assert.Equal([Part.Residual, Part.Context, Part.Modules], parts.Select(p => p.Part));
        Assert.Equal(-Points[7].Measured.Parts[Part.Residual]!.Value.Bytes, parts[0].Bytes);
        Assert.Null(parts[0].Predicted);
    }

    [Fact]
    public void What_is_right_to_the_byte_is_none_of_them() =>
        Assert.Empty(Quantity.TensorPeak.Compare(Points).Where(p => p.Estimate == p.Point.Finest).Worst(10));

    [Fact]
    public void Requests_and_blocks_are_not_compared()
    {
        var point = Points[0] with { Measured = Points[0].Measured with { TensorParts = Points[0].Measured.TensorParts.As(Counted.Blocks) } };
        var blocks = point.Finest! with { TensorParts = point.Finest.TensorParts.As(Counted.Blocks) };

        Assert.NotNull(Quantity.TensorPeak.Compare(Points[0], point.Finest));
        Assert.Null(Quantity.TensorPeak.Compare(point, point.Finest));
        Assert.Null(Quantity.WithoutWeights.Compare(point, point.Finest));
        Assert.NotNull(Quantity.TensorPeak.Compare(point, blocks));
        Assert.Null(Quantity.TensorPeak.Compare(Points[0], blocks));
        Assert.NotNull(Quantity.Device.Compare(point, point.Finest));
        // Reports and validation by part go the same way.
        var weights = Validation.Of([point], null).Where(e => e.Parts.Any(p => p.Part == Part.Weights.Name()));
        Assert.Empty(weights);
        Assert.Equal(3, Validation.Of([Points[0]], null).Count(e => e.Parts.Any(p => p.Part == Part.Weights.Name())));
    }

    [Fact]
    public void Another_levels_parts_are_not_taken_for_the_tensor_peaks()
    {
        var finest = Points[0].Finest!;
        var old = finest with { TensorParts = new() };
        var allocated = old with { Parts = finest.TensorParts.With((Part.Rounding, new(512))), TensorPeak = finest.TensorPeak - new ByteSize(512) };

        Assert.Equal(finest.TensorParts.ToString(), Quantity.TensorPeak.PredictedParts(old with { Parts = finest.TensorParts }).ToString());
        Assert.Empty(Quantity.TensorPeak.PredictedParts(allocated).Known);
        Assert.Empty(Quantity.TensorPeak.Compare(Points[0], allocated)!.ByPart());
    }
}
