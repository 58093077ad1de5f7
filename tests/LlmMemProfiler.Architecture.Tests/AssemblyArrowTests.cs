using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Cli → {Harness, Reports}; Reports → Calibration → Core; Harness → {Device, VirtualGpu} → Core.</summary>
public class AssemblyArrowTests
{
    /// <summary>Each assembly with those that it may know, over several arrows too.</summary>
    public static TheoryData<string, string[]> Allowed { get; } = new()
    {
        { "Core", [] },
        { "Calibration", ["Core"] },
        { "Reports", ["Calibration", "Core"] },
        { "Device", ["Core"] },
        { "VirtualGpu", ["Core"] },
        { "Harness", ["Device", "VirtualGpu", "Core"] },
        { "Cli", ["Harness", "Device", "Reports", "Calibration", "Core"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void An_assembly_knows_only_those_below_it(string name, string[] below)
    {
        var assembly = Product.Assemblies[name];
        var others = Product.Assemblies
            .Where(other => assembly.References.Contains(other.Value.Name) && !below.Contains(other.Key))
            .Select(other => $"{name} -> {other.Key}: {Example(assembly, other.Value)}");

        Findings.None(others);
    }

    [Fact]
    public void The_table_has_each_assembly() =>
        Assert.Equal(Product.Assemblies.Keys.Order(), Allowed.Select(row => row.Data.Item1).Order());

    [Fact]
    public void The_core_knows_nothing_else_than_dotnet() =>
        Assert.All(Product.Assemblies["Core"].References, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    private static string Example(ProductAssembly from, ProductAssembly to)
    {
        var (own, theirs) = (from.Types.ToHashSet(), to.Types.Where(Product.IsOwn).ToHashSet());
        var example = Product.References.First(r => own.Contains(r.From) && theirs.Contains(r.To));
        return $"{TypeNames.Outermost(example.From)} names {TypeNames.Outermost(example.To)}";
    }
}
