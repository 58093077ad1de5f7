using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class TargetsTests
{
    [Theory]
    [InlineData("h10", "'h10' is not a target; did you mean a10 or h100")]
    [InlineData("cpus", "'cpus' is not a target; did you mean cpu?")]
    [InlineData("voodoo2", "'voodoo2' is not a target; the targets are cpu, a10, ")]
    public void A_name_that_is_none_gets_the_near_ones_or_all(string name, string message) => Assert.StartsWith(
        message, Assert.ThrowsAny<InputException>(() => Targets.Find(name, 2, _ => null)).Message, StringComparison.Ordinal);
}
