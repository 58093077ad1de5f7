using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class LabelSpreadTests
{
    [Fact]
    public void Labels_with_room_stay_where_they_are_wanted() =>
        Assert.Equal([10, 30, 80], LabelSpread.Place([10, 30, 80], [10, 10, 10], 0, 100));

    [Fact]
    public void Labels_at_one_place_are_spread_evenly_around_it() =>
        Assert.Equal([40, 50, 60], LabelSpread.Place([50, 50, 50], [10, 10, 10], 0, 100));

    [Fact]
    public void Labels_at_an_end_are_pushed_inwards()
    {
        Assert.Equal([5, 15, 50], LabelSpread.Place([0, 1, 50], [10, 10, 10], 0, 100));
        Assert.Equal([50, 85, 95], LabelSpread.Place([50, 99, 100], [10, 10, 10], 0, 100));
    }

    [Fact]
    public void Wide_and_narrow_labels_touch_but_do_not_overlap() =>
        Assert.Equal([35, 60], LabelSpread.Place([47.5, 47.5], [30, 20], 0, 100));

    [Fact]
    public void No_label_is_no_trouble() => Assert.Empty(LabelSpread.Place([], [], 0, 100));
}
