using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Gpus;

public class GpuNamesTests
{
    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", "h100")]
    [InlineData("NVIDIA H100 PCIe", "h100-pcie")]
    [InlineData("NVIDIA A100-SXM4-40GB", "a100-40")]
    [InlineData("A100-SXM4-40GB", "a100-40")]
    [InlineData("NVIDIA A100-PCIE-40GB", "a100-40-pcie")]
    [InlineData("NVIDIA A100-SXM4-80GB", "a100-80")]
    [InlineData("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "a100-40/1g.5gb")]
    [InlineData("NVIDIA A100 80GB PCIe MIG 1g.10gb", "a100-80-pcie/1g.10gb")]
    [InlineData("NVIDIA A100-SXM4-40GB MIG 1c.3g.20gb", null)]
    [InlineData("NVIDIA L40S", "l40s")]
    [InlineData("NVIDIA L4", "l4")]
    [InlineData("NVIDIA GeForce RTX 4090", "rtx-4090")]
    [InlineData("GeForce RTX 3090", "rtx-3090")]
    [InlineData("Tesla T4", "t4")]
    [InlineData("Tesla V100-SXM2-16GB", "v100")]
    [InlineData("NVIDIA Tesla V100-PCIE-16GB", "v100-16-pcie")]
    [InlineData("NVIDIA GH200 480GB", "gh200")]
    [InlineData("NVIDIA GeForce RTX 4090 Laptop GPU", "rtx-4090-laptop")]
    [InlineData("NVIDIA GeForce RTX 4060 Ti", null)]
    [InlineData("AMD EPYC", null)]
    public void A_drivers_name_finds_its_card(string name, string? card) => Assert.Equal(card, GpuNames.OfDriver(name, total: null)?.Name);

    /// <summary>Totals as drivers showed them.</summary>
    [Theory]
    [InlineData("NVIDIA GeForce RTX 4060 Ti", 8_585_216_000, "rtx-4060-ti-8")]
    [InlineData("NVIDIA GeForce RTX 4060 Ti", 16_722_821_120, "rtx-4060-ti-16")]
    [InlineData("NVIDIA GeForce RTX 3080", 10_472_390_656, "rtx-3080")]
    [InlineData("NVIDIA GeForce RTX 3080", 12_117 * ByteSize.MiB, "rtx-3080-12")]
    [InlineData("NVIDIA GeForce RTX 5060 Ti", 15_841 * ByteSize.MiB, "rtx-5060-ti-16")]
    [InlineData("NVIDIA GeForce RTX 5060 Ti", 7_806 * ByteSize.MiB, "rtx-5060-ti-8")]
    [InlineData("Orin", 65_893_089_280, "orin-agx-64")]
    [InlineData("NVIDIA GeForce RTX 3080", 20_479 * ByteSize.MiB, null)]
    public void Of_cards_that_share_a_name_the_total_decides(string name, long total, string? card) =>
        Assert.Equal(card, GpuNames.OfDriver(name, new(total))?.Name);

    [Theory]
    [InlineData("sm_120:46:12GiB", 12, 0, 46, 12_884_901_888)]
    [InlineData("SM_80:108:40326MiB", 8, 0, 108, 42_284_875_776)]
    [InlineData("sm_75:1:1.5 GiB", 7, 5, 1, 1_610_612_736)]
    public void A_GPU_is_given_by_hand(string text, int major, int minor, int multiprocessors, long bytes)
    {
        var gpu = GpuNames.Find(text, []);

        Assert.Equal((new ComputeCapability(major, minor), multiprocessors, bytes), (gpu.Capability, gpu.Multiprocessors, gpu.Total?.Bytes));
        Assert.Equal("given by hand", gpu.Capacity.Lowest!.Source);
        Assert.Equal(GpuModels.LimitsOf(new(major, minor)), gpu.Limits);
        Assert.Null(gpu.L2);
        Assert.Null(gpu.Doubt);
        Assert.Equal(gpu.Name, GpuNames.Find(gpu.Name, []).Name);
    }

    [Theory]
    [InlineData("sm_999:1:1GiB", "bad target 'sm_999:1:1GiB': nothing is known of sm_999; did you mean sm_89 or sm_90?")]
    [InlineData("sm_90a:1:1GiB", "nothing is known of sm_90a; did you mean sm_90?")]
    [InlineData("sm_120", "must be capability, multiprocessors and capacity, such as sm_120:46:12GiB")]
    [InlineData("sm_120:46:12GiB:1", "must be capability, multiprocessors and capacity")]
    [InlineData("sm_120:0:12GiB", "'0' multiprocessors; must be from 1 to 1000")]
    [InlineData("sm_120:1001:12GiB", "'1001' multiprocessors; must be")]
    [InlineData("sm_120:-1:12GiB", "'-1' multiprocessors; must be")]
    [InlineData("sm_120:x:12GiB", "'x' multiprocessors; must be")]
    [InlineData("sm_120:46:12", "capacity is '12'; must be a size from 1.00 MiB to 1.00 TiB, such as 12GiB")]
    [InlineData("sm_120:46:0GiB", "capacity is '0GiB'; must be a size")]
    [InlineData("sm_120:46:-1GiB", "capacity is '-1GiB'; must be a size")]
    [InlineData("sm_120:46:99999999999GiB", "capacity is '99999999999GiB'; must be a size")]
    [InlineData("a100-80/9g.99gb", "unknown slice '9g.99gb' of a100-80; known slices: 1g.10gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb")]
    [InlineData("a100-80/1g.5gb", "unknown slice '1g.5gb' of a100-80; ")]
    [InlineData("t4/1g.10gb", "no slices of t4 are known; ")]
    [InlineData("mi300x", "code for NVIDIA's GPUs only; must be one of those, such as h100")]
    [InlineData("gfx942", "code for NVIDIA's GPUs only")]
    [InlineData("rx-7900-xtx", "code for NVIDIA's GPUs only")]
    [InlineData("voodoo2", "unknown target 'voodoo2'; known targets: one, two")]
    public void What_is_no_GPU_is_refused_with_what_would_be_right(string name, string refusal) => Assert.Contains(
        refusal, Assert.ThrowsAny<InputException>(() => GpuNames.Find(name, ["one", "two"])).Message, StringComparison.Ordinal);
}
