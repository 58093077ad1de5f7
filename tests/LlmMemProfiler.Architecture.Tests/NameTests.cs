using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

public class NameTests
{
    [Fact]
    public void No_two_types_have_one_name() =>
        // A generic type may have one beside it without parameters, for what does not depend on them.
        Findings.None(Shared(Names.Types().Select(type => $"{TypeNames.Namespace(type)}.{TypeNames.Simple(type)}")));

    [Fact]
    public void No_two_folders_have_one_name() => Findings.None(Shared(Names.Namespaces()));

    private static IEnumerable<string> Shared(IEnumerable<string> names) => names.Distinct()
        .GroupBy(TypeNames.Simple)
        .Where(same => same.Count() > 1)
        .Select(same => string.Join(" and ", same));
}
