using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>What the reader finds in this assembly: the types below name one another in every way there is.</summary>
public class ReferenceTests
{
    private static readonly HashSet<string> Found = [.. Read()];

    [Theory]
    [InlineData("Base")]
    [InlineData("IFace")]
    [InlineData("Argument")]
    [InlineData("OfField")]
    [InlineData("OfProperty")]
    [InlineData("OfParameter")]
    [InlineData("OfLocal")]
    [InlineData("OfLambda")]
    [InlineData("OfIterator")]
    [InlineData("IConstraint")]
    [InlineData("OfTypeOf")]
    [InlineData("OfAttributeAttribute")]
    [InlineData("OfAttributeArgument")]
    [InlineData("OfCatch")]
    [InlineData("OfStatic")]
    public void The_reader_sees_each_way_to_name_a_type(string name) => Assert.Contains(name, Found);

    private static IEnumerable<string> Read()
    {
        using var assembly = new ProductAssembly(typeof(ReferenceTests).Assembly.Location);
        return [.. new TypeReferences(assembly).All()
            .Where(r => TypeNames.Outermost(r.From) == typeof(Naming<>).FullName)
            .Select(r => TypeNames.Simple(r.To))];
    }
}
