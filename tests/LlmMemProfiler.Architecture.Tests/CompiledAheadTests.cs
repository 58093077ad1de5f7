using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Most commands take less time than .NET needs to compile what they call.</summary>
public class CompiledAheadTests
{
    [Fact]
    public void A_release_build_of_the_program_is_machine_code_already()
    {
#if DEBUG
        Assert.Skip("a debug build is compiled as it runs");
#endif
        Assert.All(Product.Assemblies.Values, assembly => Assert.True(assembly.IsCompiledAhead, assembly.Name));
        using var tests = new ProductAssembly(typeof(CompiledAheadTests).Assembly.Location);
        Assert.False(tests.IsCompiledAhead);
    }
}
