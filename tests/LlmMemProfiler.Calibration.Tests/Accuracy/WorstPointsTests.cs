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
}
