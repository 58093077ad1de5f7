using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class TargetsTests
{
    [Theory]
    [InlineData("h10", "unknown target 'h10'; did you mean a10 or h100")]
    [InlineData("cpus", "unknown target 'cpus'; did you mean cpu?")]
    [InlineData("voodoo2", "unknown target 'voodoo2'; known targets: cpu, a10, ")]
    public void A_name_that_is_none_gets_the_near_ones_or_all(string name, string message) => Assert.StartsWith(
        message, Assert.ThrowsAny<InputException>(() => Targets.Find(name, 2, _ => null)).Message, StringComparison.Ordinal);
}
