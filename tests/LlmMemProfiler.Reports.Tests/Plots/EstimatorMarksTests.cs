using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class EstimatorMarksTests
{
    [Fact]
    public void Each_estimator_has_a_mark_of_its_own_that_is_safe_to_draw()
    {
        string[] names = ["guide", "analytic", "simulated", "another"];
        Assert.Equal(names.Length, names.Select(EstimatorMarks.Of).Distinct().Count());
        Assert.All(names, name => Assert.Equal(EstimatorMarks.Of(name), EstimatorMarks.Style(EstimatorMarks.Of(name), Colors.Black, 7).Shape));
    }

    [Theory]
    [InlineData(MarkerShape.OpenTriangleUp)]
    [InlineData(MarkerShape.Cross)]
    public void Marks_whose_native_path_nobody_holds_are_refused(MarkerShape shape) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EstimatorMarks.Style(shape, Colors.Black, 7));
}
