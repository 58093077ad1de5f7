using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;

namespace LlmMemProfiler.Reports.Tests.Considerations;

public class AnswerTests
{
    private static readonly Workload Common = new() { Prompt = 64, NewTokens = 16 };

    [Fact]
    public void The_cache_grows_by_the_formula_for_each_token_and_each_sequence()
    {
        var model = ModelPresets.Find("tiny");
        var token = model.CachedElements * 2;
        var prompts = Points((int[])[64, 80, 112], p => Common with { Prompt = p });
        var ladder = Assert.Single(Ladder.Find(Consideration.Prompt, prompts));
        Assert.Contains($"{token:N0} B of it cache, matching 2·N·B·d_kv·b", Answer.OfSlope(Consideration.Prompt, ladder), StringComparison.Ordinal);

        var batches = Points((int[])[1, 2, 4, 8], b => Common with { Batch = b });
        ladder = Assert.Single(Ladder.Find(Consideration.Batch, batches));
        var verdict = Answer.OfSlope(Consideration.Batch, ladder);
        Assert.StartsWith("linear (R² 1, largest deviation 0 B): ", verdict, StringComparison.Ordinal);
        Assert.Contains($"as predicted; {80 * token:N0} B of it cache, matching 2·N·L·d_kv·b", verdict, StringComparison.Ordinal);
    }

    /// <summary>By hand: an FP16 compute type, so a byte an element and two for the scale of each head.</summary>
    [Fact]
    public void A_quantized_cache_grows_by_its_elements_and_scales()
    {
        var model = ModelPresets.Find("tiny-gqa");
        var token = model.CachedElements + (2 * model.Layers * 2 * 2);
        var ladder = Assert.Single(Ladder.Find(Consideration.Prompt, Points((int[])[64, 80, 112], p => Common with { Prompt = p, KvType = DataType.Int8 }, "tiny-gqa")));
        Assert.Contains(
            $"{token:N0} B of it cache, matching N·B·h_kv·(bytes of a key and a value, with their scales)", Answer.OfSlope(Consideration.Prompt, ladder), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_values_are_no_verdict_and_no_line()
    {
        var ladder = Assert.Single(Ladder.Find(Consideration.Batch, Points((int[])[1, 8], b => Common with { Batch = b })));

        Assert.Equal("no verdict: 2 values", Answer.OfSlope(Consideration.Batch, ladder));
        Assert.DoesNotContain(SlopePanels.Legend(new(ladder.Rungs, IsVirtual: false), ladder), entry => entry.Text.StartsWith("fit", StringComparison.Ordinal));
        Assert.Null(LeastSquaresLine.Of([(1, 10), (1, 11), (8, 80)]));
    }

    /// <summary>By hand: the line is 25 x − 20, off by 5, −10 and 5; variances 150 and 1,400.</summary>
    [Fact]
    public void A_line_tells_how_well_it_fits()
    {
        var fit = LeastSquaresLine.Of([(1, 10), (2, 20), (3, 60)])!;

        Assert.Equal((25, -20, 10, 50), (fit.Slope, fit.Intercept, fit.LargestDeviation, fit.Range));
        Assert.Equal(1 - 150.0 / 1400, fit.Determination!.Value, 1e-12);
        Assert.Equal("R² 0.8929, largest deviation 10 B, 20 % of the range", fit.Quality);
        Assert.Equal("largest deviation 0 B", LeastSquaresLine.Of([(1, 7), (2, 7), (3, 7)])!.Quality);
    }

    [Fact]
    public void A_slope_that_differs_from_the_prediction_is_said()
    {
        var points = ReportData.Of(((int[])[1, 2, 4]).Select(b =>
        {
            var record = SyntheticSweep.Point("tiny", Common with { Batch = b });
            return record with { Measured = record.Measured with { TensorPeak = record.Measured.TensorPeak + new ByteSize(1000 * b) } };
        })).Series[0].Points;
        var ladder = Assert.Single(Ladder.Find(Consideration.Batch, points));
        var predicted = LeastSquaresLine.Of([.. ladder.Rungs.Select(p => ((double)p.Workload.Batch, (double)p.Finest!.TensorPeak!.Value.Bytes))])!.Slope;
        Assert.Contains(
            FormattableString.Invariant($"{predicted + 1000:N0} B per sequence measured, {predicted:N0} B predicted"),
            Answer.OfSlope(Consideration.Batch, ladder), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_attention_on_a_long_prompt_is_called_no_line()
    {
        var points = Points((int[])[8, 16, 32, 64, 112], p => Common with { Prompt = p, Attention = AttentionKernel.Math });
        var verdict = Answer.OfSlope(Consideration.Prompt, Assert.Single(Ladder.Find(Consideration.Prompt, points)));
        Assert.Matches(@"^not linear in length \(R² 0\.\d+, largest deviation [\d,]+ B, \d+ % of the range\); on average: ", verdict);
    }

    [Fact]
    public void Names_are_compared_by_the_median_ratio_of_what_was_measured()
    {
        var points = Points((CachePolicy[])[CachePolicy.Preallocated, CachePolicy.Concat, CachePolicy.Paged], c => Common with { Cache = c });
        var ladders = Ladder.Find(Consideration.Cache, points);
        Assert.Equal([CachePolicy.Preallocated, CachePolicy.Paged, CachePolicy.Concat], Assert.Single(ladders).Rungs.Select(p => p.Workload.Cache));
        var verdict = Answer.OfNames(Consideration.Cache, ladders, withWeights: false);
        foreach (var rung in ladders[0].Rungs.Skip(1))
        {
            var ratio = (double)Beside(rung) / Beside(ladders[0].Rungs[0]);
            Assert.Contains(
                FormattableString.Invariant($"{rung.Workload.Cache.Name()} uses {ratio:F3}× as much as preallocated (predicted {ratio:F3}×)"), verdict, StringComparison.Ordinal);
        }

        static long Beside(ReportPoint point) => Quantity.WithoutWeights.Measured(point.Measured)!.Value.Bytes;
    }

    [Fact]
    public void A_ladder_holds_only_points_that_differ_in_nothing_else()
    {
        var points = ReportData.Of(SyntheticSweep.Axes()).Series[0].Points;
        Assert.All(Ladder.Find(Consideration.Batch, points), ladder =>
        {
            Assert.Single(ladder.Rungs.Select(p => (p.Model, p.Workload with { Batch = 0 })).Distinct());
            Assert.Equal(ladder.Rungs.Select(p => p.Workload.Batch).Order(), ladder.Rungs.Select(p => p.Workload.Batch));
        });
        // The type of a cache that follows the weights is no difference of its own.
        Assert.Equal([DataType.Float32, DataType.Float16, DataType.Int8], Ladder.Find(Consideration.Quantization, points)[0].Rungs.Select(p => p.Workload.Dtype));
        Assert.Equal([8.0, 16, 32], Ladder.Find(Consideration.Chunk, points)[0].Rungs.Select(p => Consideration.Chunk.Number(p.Workload)));
    }

    [Fact]
    public void Of_repeated_measurements_the_median_stands_for_all()
    {
        RunRecord Repeated(int batch, long extra)
        {
            var record = SyntheticSweep.Point("tiny", Common with { Batch = batch });
            return record with { Measured = record.Measured with { TensorPeak = record.Measured.TensorPeak + new ByteSize(extra) } };
        }

        var points = ReportData.Of([Repeated(1, 5000), Repeated(1, 0), Repeated(1, 7), Repeated(2, 0)]).Series[0].Points;
        Assert.Equal(3, Assert.Single(Ladder.Find(Consideration.Batch, points)).Rungs[0].Number);
    }

    private static IReadOnlyList<ReportPoint> Points<T>(IEnumerable<T> values, Func<T, Workload> workload, string model = "tiny") =>
        ReportData.Of(values.Select(v => SyntheticSweep.Point(model, workload(v)))).Series[0].Points;
}
