using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class MemoryPlotPngTests
{
    /// <summary>More than a legend's symbol has, which is 27 by 18.</summary>
    private const int AnArea = 5000;

    private static readonly Part[] Owners = [.. Parts.All.Take(Parts.Owners)];

    [Fact]
    public void The_picture_has_the_size_that_is_promised_and_leaves_its_edge_white()
    {
        var picture = Draw(SyntheticRun.Guide());
        Assert.Equal((1600, 1000), (picture.Width, picture.Height));
        Assert.True(picture.HasCleanEdge());
    }

    [Fact]
    public void The_same_record_gives_the_same_bytes() =>
        Assert.Equal(MemoryPlot.Png(SyntheticRun.Guide()), MemoryPlot.Png(SyntheticRun.Guide()));

    [Theory]
    [InlineData(Part.Weights)]
    [InlineData(Part.KvCache)]
    [InlineData(Part.Activations)]
    [InlineData(Part.Logits)]
    [InlineData(Part.Inputs)]
    [InlineData(Part.Workspace)]
    public void A_part_has_an_area_in_its_color_where_it_is_present_and_nothing_where_it_is_not(Part part)
    {
        var with = Draw(Steady(Owners));
        var without = Draw(Steady(Owners.Where(other => other != part)));
        Assert.InRange(with.Count(PartColors.Of(part)), AnArea, int.MaxValue);
        Assert.Equal(0, without.Count(PartColors.Of(part)));
    }

    [Fact]
    public void Parts_of_equal_size_have_areas_of_equal_size()
    {
        var picture = Draw(Steady(Owners) with { Estimates = [] });
        var areas = Owners.Skip(1).Select(part => (double)picture.Count(PartColors.Of(part), Picture.LowerPanel)).ToArray();
        Assert.All(areas, area => Assert.InRange(area / areas[0], 0.94, 1.06));
    }

    [Fact]
    public void The_lower_panel_shows_everything_but_the_weights()
    {
        var picture = Draw(Steady(Owners));
        Assert.Equal(0, picture.Count(PartColors.Of(Part.Weights), Picture.LowerPanel));
        Assert.All(Owners.Skip(1), part =>
            Assert.InRange(picture.Count(PartColors.Of(part), Picture.LowerPanel), AnArea, int.MaxValue));
    }

    [Fact]
    public void The_small_parts_of_a_real_run_are_seen_in_the_lower_panel()
    {
        var picture = Draw(SyntheticRun.Guide());
        Assert.All([Part.KvCache, Part.Activations, Part.Logits, Part.Workspace], part =>
            Assert.InRange(picture.Count(PartColors.Of(part), Picture.LowerPanel), 200, int.MaxValue));
    }

    [Theory]
    [InlineData(GuideEstimator.Name)]
    [InlineData(SimulatedEstimator.Name)]
    public void A_prediction_is_a_dashed_line_in_both_panels(string estimator)
    {
        var run = SyntheticRun.Guide();
        var with = Draw(run);
        var without = Draw(run with { Estimates = [.. run.Estimates.Where(e => e.Estimator != estimator)] });
        var color = LineColors.Of(estimator);
        var all = with.Count(color, Picture.Panels);
        Assert.InRange(with.Count(color, Picture.LowerPanel), 300, 3000);
        Assert.InRange(all - with.Count(color, Picture.LowerPanel), 300, 3000);
        Assert.Equal(0, without.Count(color, Picture.Panels));
    }

    [Fact]
    public void A_prediction_that_differs_has_a_line_of_its_own()
    {
        var run = SyntheticRun.Guide();
        var other = run.Estimates.Select(e =>
            e.Estimator == AnalyticEstimator.Name ? e with { TensorPeak = new(500 * ByteSize.MiB) } : e);
        var same = Draw(run);
        var differs = Draw(run with { Estimates = [.. other] });
        Assert.Equal(0, same.Count(LineColors.Of(AnalyticEstimator.Name), Picture.Panels));
        Assert.InRange(differs.Count(LineColors.Of(AnalyticEstimator.Name), Picture.Panels), 200, 3000);
    }

    [Fact]
    public void A_device_level_that_is_not_known_is_skipped_and_not_drawn_as_zero()
    {
        var moments = SyntheticRun.MomentsOf(Steady([Part.Weights])).ToArray();
        var gaps = Draw(Steady([Part.Weights]).With(moments.Select((m, i) =>
            m with { Device = i % 3 == 1 ? null : new(300 * ByteSize.MiB) })));
        var never = Draw(Steady([Part.Weights]).With(moments.Select(m => m with { Device = null })));
        var rows = gaps.Rows(LineColors.Device, Picture.Panels);
        Assert.InRange(rows[^1] - rows[0], 1, 6);
        Assert.Equal(0, never.Count(LineColors.Device));
    }

    [Fact]
    public void A_moment_that_is_no_number_is_skipped()
    {
        var run = SyntheticRun.Guide();
        var moments = SyntheticRun.MomentsOf(run).ToArray();
        var broken = moments[100] with { Account = new((Part.Weights, new(9 * ByteSize.GiB))), Device = ByteSize.Zero };
        Assert.Equal(
            MemoryPlot.Png(run),
            MemoryPlot.Png(run.With([.. moments[..50], broken with { Seconds = double.NaN }, .. moments[50..],
                broken with { Seconds = double.PositiveInfinity }])));
    }

    [Fact]
    public void The_title_is_there_and_names_the_model()
    {
        var run = SyntheticRun.Guide();
        var longer = Draw(run);
        var shorter = Draw(run with { Model = run.Model with { Name = "" } });
        Assert.InRange(shorter.CountDark(Picture.Title), 2000, int.MaxValue);
        Assert.InRange(longer.CountDark(Picture.Title), shorter.CountDark(Picture.Title) + 300, int.MaxValue);
    }

    [Fact]
    public void Line_breaks_and_control_characters_of_an_error_are_written_out()
    {
        var run = SyntheticRun.Guide() with { Status = RunStatus.Failed };
        Assert.Equal(MemoryPlot.Png(run with { Error = @"a\u000ab\u0001c" }), MemoryPlot.Png(run with { Error = "a\nb\u0001c" }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_few_moments_are_enough(int count)
    {
        var run = SyntheticRun.Guide();
        var picture = Draw(run.With(SyntheticRun.MomentsOf(run).Skip(40).Take(count)));
        Assert.True(picture.HasCleanEdge());
        Assert.Equal(count > 0, picture.Count(PartColors.Of(Part.Weights), Picture.Panels) > AnArea);
    }

    [Fact]
    public void One_moment_at_the_very_start_is_still_seen()
    {
        var run = Steady([Part.Weights]);
        var picture = Draw(run.With([SyntheticRun.MomentsOf(run).First() with { Seconds = 0 }]));
        Assert.InRange(picture.Count(PartColors.Of(Part.Weights), Picture.Panels), AnArea, int.MaxValue);
    }

    [Fact]
    public void Five_hundred_steps_fit()
    {
        var picture = Draw(SyntheticRun.Guide(newTokens: 501));
        Assert.True(picture.HasCleanEdge());
        Assert.InRange(picture.Count(PartColors.Of(Part.KvCache), Picture.LowerPanel), AnArea, int.MaxValue);
    }

    [Fact]
    public void A_run_of_which_nothing_is_known_gives_a_picture()
    {
        var run = SyntheticRun.Guide();
        var nothing = SyntheticRun.MomentsOf(run).Select(m => m with { Account = new(), Device = null });
        var picture = Draw(run.With(nothing) with { Estimates = [], Status = RunStatus.Failed, Error = null });
        Assert.True(picture.HasCleanEdge());
        Assert.All(Owners, part => Assert.Equal(0, picture.Count(PartColors.Of(part))));
    }

    private static Picture Draw(RunRecord run) => new(MemoryPlot.Png(run));

    /// <summary>Each part holds 100 MiB all the time.</summary>
    private static RunRecord Steady(IEnumerable<Part> parts)
    {
        var account = new MemoryAccount(parts.Select(part => (part, new ByteSize(100 * ByteSize.MiB))));
        return SyntheticRun.Guide().With(
            Enumerable.Range(1, 30).Select(i => new Moment(i / 10.0, Phase.Decode, account, new(650 * ByteSize.MiB))));
    }
}
