using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Tests.Output;

public class ErrorTableTests
{
    [Fact]
    public void Without_points_there_is_a_head_and_no_statistic() =>
        Assert.Equal(["╭───────╮", "│ error │", "╰───────╯"], Rendered.At(80, new ErrorTable().Add("guide", null, null).Build()).Lines);
}
