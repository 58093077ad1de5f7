using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests;

public class PurityTests
{
    [Fact]
    public void The_core_references_nothing_but_dotnet()
    {
        var references = typeof(ModelSpec).Assembly.GetReferencedAssemblies().Select(a => a.Name!);

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(
            name.StartsWith("System.", StringComparison.Ordinal)
                || name is "System.Private.CoreLib" or "netstandard" or "mscorlib",
            $"{name} is not part of .NET"));
    }
}
