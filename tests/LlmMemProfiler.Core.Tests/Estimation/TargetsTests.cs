using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class TargetsTests
{
    [Theory]
    [InlineData("h10", "unknown target 'h10'; did you mean h100 or h100-pcie?")]
    [InlineData("A100", "unknown target 'A100'; did you mean a100-40 or a100-80?")]
    [InlineData("cpus", "unknown target 'cpus'; did you mean cpu?")]
    [InlineData("voodoo2", "unknown target 'voodoo2'; known targets: cpu, a10, ")]
    public void A_name_that_is_none_gets_the_near_ones_or_all(string name, string message) => Assert.StartsWith(
        message, Assert.ThrowsAny<InputException>(() => Targets.Find(name, 2, _ => null)).Message, StringComparison.Ordinal);

    /// <summary>../shared/virtual-gpu/workspaces.tsv: what capability 10.0 takes at its first product, by release.</summary>
    [Theory]
    [InlineData("2.11", 8_519_680)]
    [InlineData("2.12", 33_554_432)]
    public void A_release_chooses_the_rules(string version, long workspace)
    {
        var kernels = Targets.Find("b200", 2, _ => null, LibTorchCuda.OfVersion(version)).Kernels;
        Assert.EndsWith($"libtorch {version}", kernels.Name, StringComparison.Ordinal);
        Assert.Equal(["result", $"cublas {workspace}"], kernels.Product(new(1, 4, 8, 8, new(32, 8, 1), new(64, 8, 1), DataType.Float16)).Words());
    }

    [Theory]
    [InlineData("H100", "h100")]
    [InlineData("A100-80", "a100-80")]
    [InlineData("CPU", "cpu")]
    public void A_name_counts_in_any_case(string typed, string name)
    {
        Assert.Equal(name, Targets.NameOf(typed));
        Assert.Equal(Targets.Find(name, 2, _ => null).Kernels.Name, Targets.Find(typed, 2, _ => null).Kernels.Name);
    }
}
