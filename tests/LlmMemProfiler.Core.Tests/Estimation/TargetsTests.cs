using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class TargetsTests
{
    [Theory]
    [InlineData("h10", "unknown target 'h10'; did you mean h100 or h100-96 or h100-nvl?")]
    [InlineData("A100", "unknown target 'A100'; did you mean a100-40 or a100-80 or a100-40-pcie?")]
    [InlineData("rtx-4090x", "unknown target 'rtx-4090x'; did you mean rtx-4090")]
    [InlineData("cpus", "unknown target 'cpus'; did you mean cpu?")]
    [InlineData("voodoo2", "unknown target 'voodoo2'; known targets: h100, a100-80, l4, t4, rtx-4090, rtx-3090 and ")]
    public void A_name_that_is_none_gets_the_near_ones_or_some(string name, string message) => Assert.StartsWith(
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
    [InlineData("H100/1G.10GB", "h100/1g.10gb")]
    [InlineData("SM_120:46:12GiB", "sm_120:46:12GiB")]
    public void A_name_counts_in_any_case(string typed, string name)
    {
        Assert.Equal(name, Targets.NameOf(typed));
        Assert.Equal(Targets.Find(name, 2, _ => null).Kernels.Name, Targets.Find(typed, 2, _ => null).Kernels.Name);
    }

    /// <summary>PyTorch 2.10 for CUDA 12.8: nothing below 7.0, and nothing for 11.0.</summary>
    [Theory]
    [InlineData("gtx-1080", "6.1")]
    [InlineData("p100-16", "6.0")]
    [InlineData("k80", "3.7")]
    [InlineData("thor", "11.0")]
    [InlineData("sm_62:2:4GiB", "6.2")]
    [InlineData("sm_110:20:120GiB", "11.0")]
    public void A_GPU_that_no_kernel_runs_on_is_refused_and_told_why(string name, string capability) => Assert.Equal(
        $"no kernels for {name}: libtorch 2.10.0 for CUDA 12.8 has no code for capability {capability}; must be 7.x, 8.x, 9.x, 10.x, 12.x",
        Assert.ThrowsAny<InputException>(() => Targets.Find(name, 2, _ => null)).Message);

    [Theory]
    [InlineData("v100")]
    [InlineData("t4")]
    [InlineData("orin-agx-64")]
    [InlineData("b300")]
    [InlineData("gb10")]
    [InlineData("sm_88:40:12GiB")]
    public void Code_runs_on_later_minor_versions_of_its_capability(string name) => Assert.Equal(name, Targets.NameOf(name));

    [Fact]
    public void No_GPU_is_suggested_that_would_be_refused() => Assert.DoesNotContain(
        "gtx-1080", Assert.ThrowsAny<InputException>(() => Targets.NameOf("gtx-108")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_doubtful_of_a_GPU_is_told_as_unknown() => Assert.Contains(
        Targets.Find("b300", 2, _ => null).Kernels.Unknown, unknown => unknown.StartsWith("b300: multiprocessors: 148 in ", StringComparison.Ordinal));
}
