using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Gpus;

/// <summary>Values are those that people published, by hand from 'gpus-public.tsv'; what decides is the lowest whole card seen on Linux.</summary>
public class GpuCapacityTests
{
    [Theory]
    [InlineData("rtx-4090", 25_250_627_584)] // not 25,756,696,576 of Windows, nor the 24,146,083,840 of ECC there
    [InlineData("h100", 84_929_347_584)]
    [InlineData("v100", 16_911_433_728)] // not the 4,509,925,376 that a container's limiter left
    [InlineData("a40", 47_608_692_736)] // ships with ECC on
    [InlineData("a100-40-pcie", 42_284_875_776)] // 40,326 MiB, as printed
    [InlineData("t4", 15_636_365_312)] // 14,912 MiB, as printed
    [InlineData("quadro-rtx-5000", 16_700_669_952)] // 15,927 MiB: ships with ECC off; on, it has 15,634,726,912
    [InlineData("rtx-a5000", 25_285_361_664)] // 24,114 MiB: off; on, it has 22,721
    [InlineData("rtx-a6000", 50_893_684_736)] // 48,536 MiB
    [InlineData("rtx-4080-laptop", 12_878_086_144)] // seen on Windows only
    [InlineData("titan-xp", 12_884_705_280)] // seen on a Mac only
    public void The_lowest_whole_card_on_Linux_decides(string name, long bytes) => Assert.Equal(bytes, GpuModels.Find(name)!.Total?.Bytes);

    [Fact]
    public void It_says_which_row_that_is() => Assert.Equal(
        "Linux, CUDA driver 13.0: deviceQuery dump, GitHub file id 38922833505", GpuModels.Find("rtx-4090")!.Capacity.Lowest!.Source);

    [Theory]
    [InlineData("a2")] // only nvidia-smi's total was seen
    [InlineData("h800")]
    [InlineData("b300")]
    [InlineData("rtx-pro-5000")]
    public void What_nobody_saw_is_null(string name)
    {
        Assert.Null(GpuModels.Find(name)!.Capacity.Lowest);
        Assert.Null(GpuModels.Find(name)!.Total);
    }

    /// <summary>The issue's own example: 24,563.5 MiB on Windows and WSL2, 24,081 to 24,217 MiB on Linux; ECC takes a sixteenth.</summary>
    [Fact]
    public void Ranges_are_by_system_and_ECC() => Assert.Equal(
        [
            (HostSystem.Linux, false, 25_250_627_584, 24_217 * ByteSize.MiB),
            (HostSystem.Windows, false, 25_756_696_576, 25_756_696_576),
            (HostSystem.Windows, true, 24_146_083_840, 24_146_083_840),
        ],
        GpuModels.Find("rtx-4090")!.Capacity.Ranges.Where(r => r.System is not null).Select(r => (r.System!.Value, r.Ecc!.Value, r.Least.Bytes, r.Most.Bytes)));

    [Fact]
    public void A_range_tells_its_system_ECC_and_how_many_saw_it() => Assert.Equal(
        "22.49 GiB on Windows with ECC on (1 seen)", $"{GpuModels.Find("rtx-4090")!.Capacity.Ranges.Single(r => r.Ecc == true)}");

    /// <summary>25,250,627,584 B are 24,080.875 MiB: 24,081 rounded and 24,080 cut off, but 24,079 is another total.</summary>
    [Theory]
    [InlineData(24_081, 25_250_627_584)]
    [InlineData(24_080, 25_250_627_584)]
    [InlineData(24_079, 24_079 * ByteSize.MiB)]
    public void A_printed_total_gives_way_to_the_exact_one_that_it_was_printed_from(long printed, long lowest)
    {
        SeenTotal[] seen =
        [
            new(new(printed * ByteSize.MiB), ByteSize.MiB, HostSystem.Linux, null, "printed"), new(new(25_250_627_584), 1, HostSystem.Linux, null, "exact"),
        ];

        Assert.Equal(lowest, new GpuCapacity(seen, ecc: false).Lowest!.Total.Bytes);
    }

    [Fact]
    public void The_other_ECC_counts_only_where_no_other_was_seen()
    {
        SeenTotal off = new(new(1600), 1, HostSystem.Windows, false, ""), on = new(new(1500), 1, HostSystem.Linux, true, "");

        Assert.Equal(on, new GpuCapacity([off, on], ecc: true).Lowest);
        Assert.Equal(off, new GpuCapacity([off, on], ecc: false).Lowest);
        Assert.Equal(on, new GpuCapacity([on], ecc: false).Lowest);
        Assert.Equal(on, new GpuCapacity([off, on], ecc: null).Lowest);
    }
}
