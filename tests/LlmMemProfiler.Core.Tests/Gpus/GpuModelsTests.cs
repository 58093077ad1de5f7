using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Gpus;

public class GpuModelsTests
{
    /// <summary>By NVIDIA's data sheets.</summary>
    [Theory]
    [InlineData("h100", 9, 0, 132)]
    [InlineData("h100-pcie", 9, 0, 114)]
    [InlineData("a100-80", 8, 0, 108)]
    [InlineData("t4", 7, 5, 40)]
    [InlineData("b200", 10, 0, 148)]
    [InlineData("rtx-5090", 12, 0, 170)]
    [InlineData("RTX-4090-Laptop", 8, 9, 76)]
    public void A_gpu_is_found_by_its_name(string name, int major, int minor, int multiprocessors)
    {
        var gpu = GpuModels.Find(name)!;

        Assert.Equal((new ComputeCapability(major, minor), multiprocessors), (gpu.Capability, gpu.Multiprocessors));
    }

    /// <summary>As nvidia-smi mig -lgip lists them: the same name is another share of another card.</summary>
    [Theory]
    [InlineData("a100-80/1g.10gb", 14, 9.5)]
    [InlineData("a100-80-pcie/3g.40gb", 42, 39.25)]
    [InlineData("a100-40/7g.40gb", 98, 39.25)]
    [InlineData("H100/1g.10gb", 16, 9.75)]
    [InlineData("h100-pcie/1g.10gb", 14, 9.75)]
    [InlineData("h100/4g.40gb", 64, 39.5)]
    [InlineData("b200/1g.23gb", 18, 20.5)]
    public void A_slice_is_found_by_card_and_slice(string name, int multiprocessors, double gibibytes)
    {
        var slice = GpuModels.Find(name)!;

        Assert.Equal((multiprocessors, (long)(gibibytes * ByteSize.GiB)), (slice.Multiprocessors, slice.Total?.Bytes));
        Assert.Equal(GpuModels.Find(name.Split('/')[0])!.Capability, slice.Capability);
    }

    /// <summary>The names of 0.1.0.</summary>
    [Fact]
    public void Names_stay() => Assert.All(
        (string[])
        [
            "a10", "a100-40", "a100-80", "b200", "h100", "h100-pcie", "h200", "l4", "l40s", "rtx-3090", "rtx-4090", "rtx-5090", "t4", "v100",
        ],
        name => Assert.NotNull(GpuModels.Find(name)));

    [Fact]
    public void More_than_a_hundred_cards_are_known_and_exact_totals_of_more_than_seventy()
    {
        Assert.InRange(GpuModels.All.Count, 100, 1000);
        Assert.InRange(GpuModels.All.Count(card => card.Capacity.Ranges.Count > 0 && Rows.Exact(card.Name).Any()), 70, 1000);
        Assert.All(GpuModels.All, card => Assert.InRange(card.Multiprocessors, 5, 200));
    }

    /// <summary>'gpus-public.md': nothing else was seen; memory that is the system's comes in pages.</summary>
    [Fact]
    public void Totals_of_cards_with_memory_of_their_own_are_multiples_of_64_KiB()
    {
        string[] shared = ["gb10", "orin-agx-32", "orin-agx-64", "orin-nano-8", "orin-nx-16", "thor"];
        var totals = GpuModels.All.SelectMany(card => Rows.Exact(card.Name).Select(total => (card.Name, Total: total))).ToList();

        Assert.InRange(totals.Count, 200, 10_000);
        Assert.All(totals, t => Assert.True(t.Total % (shared.Contains(t.Name) ? 4096 : 65536) == 0, $"{t.Name}: {t.Total}"));
        Assert.All(
            GpuModels.All.SelectMany(card => card.Slices.Prepend(card)).Where(gpu => gpu.Total is not null && !shared.Contains(gpu.Name)),
            gpu => Assert.True(gpu.Total!.Value.Bytes % 65536 == 0, $"{gpu.Name}: {gpu.Total}"));
    }

    [Fact]
    public void Doubtful_cards_say_why()
    {
        Assert.Contains("158", GpuModels.Find("b300")!.Doubt, StringComparison.Ordinal);
        Assert.Contains("one source", GpuModels.Find("a2")!.Doubt, StringComparison.Ordinal);
        Assert.Null(GpuModels.Find("h100")!.Doubt);
    }

    /// <summary>CUDA C++ Programming Guide, 'Technical Specifications per Compute Capability'; 8.6 and others as libcu++'s arch_traits.h has them.</summary>
    [Theory]
    [InlineData("t4", 1024, 65_536, 64, 64)]
    [InlineData("v100", 2048, 65_536, 96, 96)]
    [InlineData("a100-80", 2048, 65_536, 164, 163)]
    [InlineData("rtx-3090", 1536, 65_536, 100, 99)]
    [InlineData("orin-agx-64", 1536, 65_536, 164, 163)]
    [InlineData("rtx-4090", 1536, 65_536, 100, 99)]
    [InlineData("h100", 2048, 65_536, 228, 227)]
    [InlineData("b200", 2048, 65_536, 228, 227)]
    [InlineData("thor", 1536, 65_536, 228, 227)]
    [InlineData("rtx-5090", 1536, 65_536, 100, 99)]
    [InlineData("gtx-1080", 2048, 65_536, 96, 48)]
    public void Limits_of_a_multiprocessor_follow_from_the_capability(string name, int threads, int registers, int shared, int perBlock) => Assert.Equal(
        new(threads, registers, new(shared * ByteSize.KiB), new(perBlock * ByteSize.KiB)), GpuModels.Find(name)!.Limits);

    [Theory]
    [InlineData(12, 2, 1536)]
    [InlineData(9, 9, 2048)]
    [InlineData(5, 2, 2048)]
    public void A_capability_that_the_table_lacks_has_the_limits_of_the_one_before_and_says_so(int major, int minor, int threads)
    {
        var gpu = GpuModel.Of("new", new(major, minor), 10, GpuCapacity.Unknown);

        Assert.Equal(threads, gpu.Limits.Threads);
        Assert.Contains($"capability {major}.{minor}: not known", gpu.Doubt, StringComparison.Ordinal);
    }
}
