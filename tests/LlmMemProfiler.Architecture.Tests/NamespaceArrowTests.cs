namespace LlmMemProfiler.Architecture.Tests;

public class NamespaceArrowTests
{
    private const string Records = "LlmMemProfiler.Core.Records";

    public static TheoryData<string> Assemblies { get; } = [.. Product.Assemblies.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_arrows_between_an_assembly_s_namespaces_make_no_circle(string name)
    {
        var namespaces = new Namespaces(Product.Assemblies[name]);
        var circle = namespaces.Circle();

        Findings.None(circle.Zip(circle.Skip(1), namespaces.Shown));
    }

    [Fact]
    public void Nothing_in_the_core_names_the_records_but_they_themselves()
    {
        var namespaces = new Namespaces(Product.Assemblies["Core"]);

        Assert.Contains(namespaces.Arrows, arrow => arrow.From == Records);
        Findings.None(namespaces.Arrows.Where(arrow => arrow.To == Records).Select(arrow => namespaces.Shown(arrow.From, arrow.To)));
    }
}
