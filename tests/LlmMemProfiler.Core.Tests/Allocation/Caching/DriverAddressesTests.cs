using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Addresses as one H100's driver gave them, 580.159.04 (profiles/hardware/cuda-h100-80gb), in MiB.</summary>
public class DriverAddressesTests
{
    private readonly DriverAddresses driver = new();

    /// <summary>The segments of guide-354m under libtorch 2.11, from the first one: the second, cuBLAS's workspace, was not seen.</summary>
    [Fact]
    public void Segments_lie_as_those_of_a_run_did()
    {
        var first = Take(2);
        Take(32);
        Assert.Equal(-308, Take(98) - first);
        Assert.Equal([-210, -190, -170, -150, -130, -110, -90, -70, -50, -30, 76], Many(11, 20).Select(a => a - first));
        var below = Take(20);
        Assert.True(below < first - 308);
        Assert.Equal([-32, -64, -96], Many(3, 20).Select(a => a - below));
        Assert.Equal([-76, -74, -72, -70, -68, -66], Many(6, 2).Select(a => a - below));
    }

    /// <summary>
    /// 12 allocations of each size, none of them freed: those of 38 MiB leave 26 MiB of 64, which the next ones of 2 and of 20 MiB take
    /// from the lowest up. Then single ones as they came.
    /// </summary>
    [Fact]
    public void A_new_allocation_takes_the_lowest_gap_and_else_new_addresses_below()
    {
        Take(2);
        Take(340);
        Take(20);
        var twenty = Many(12, 20);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => twenty[0] - (32L * i)), twenty);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => twenty[^1] - (64L * i)), Many(12, 64));
        var gib = Many(12, 1024);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => twenty[^1] - 768 - (1024L * i)), gib);
        var odd = Many(12, 38);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => gib[^1] - (64L * i)), odd);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => odd[^1] + 38 + (2L * i)), Many(12, 2));
        var later = Many(12, 20);
        Assert.Equal(Enumerable.Range(0, 11).Select(i => odd[^2] + 38 + (64L * i)), later.Take(11));
        Assert.Equal(odd[^1] - 32, later[^1]);
        Assert.Equal(
            [later[^1] + 20, later[^1] + 22, later[^1] + 24, later[^1] + 26, odd[^2] + 58, later[^1] - 32, later[^1] - 64],
            [Take(2), Take(2), Take(2), Take(4), Take(4), Take(20), Take(22)]);
    }

    /// <summary>Expected of any driver; not seen.</summary>
    [Fact]
    public void What_is_given_back_joins_what_lies_free_beside_it()
    {
        Take(2);
        Take(340);
        Take(20);
        var (high, middle, low) = (Take(32), Take(64), Take(32));
        Return(middle, 64);
        Return(low, 32);
        Assert.Equal(low, Take(96));
        Return(low, 96);
        Return(high, 32);
        Assert.Equal([low, low + 100], [Take(100), Take(28)]);
    }

    [Fact]
    public void There_are_no_more_addresses_than_there_are()
    {
        Assert.Null(driver.Take(long.MaxValue));
        Assert.NotNull(driver.Take(1L << 61));
        Assert.Null(driver.Take(1L << 61));
        Assert.Null(driver.Reserve(1L << 61, 1 << 21));
    }

    private List<long> Many(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => Take(size))];

    private long Take(int size) => driver.Take(size * ByteSize.MiB)!.Value / ByteSize.MiB;

    private void Return(long address, int size) => driver.Return(address * ByteSize.MiB, size * ByteSize.MiB);
}
