using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.Core.Tests.Virtual;

/// <summary>What predictions are worth, by what was checked: never more than that.</summary>
public class CheckedSumTests
{
    private static readonly ComputeCapability Hopper = new(9, 0);

    private static readonly CheckedPoints Good = Row("2.10.0", "h100", 90, 90, 90, 90), Other = Row("2.12.1", "h200", 10, 10, 10, 10);

    private static readonly SeenGpu Seen = new("H100", Hopper, "2.11.0", 5, 4);

    [Theory]
    [InlineData("2.10.0", "kernels on a real GPU of capability 9.0: never seen; on virtual ones of capability 9.0, libtorch 2.10.0 did as predicted in all 90 random points")]
    [InlineData("2.12", "kernels on a real GPU of capability 9.0: never seen; on virtual ones of capability 9.0, libtorch 2.12 did as predicted in all 10 random points")]
    [InlineData("2.1", "kernels on a real GPU of capability 9.0: never seen, nor libtorch 2.1 on a virtual one of capability 9.0; libtorch 2.10.0, 2.12.1 did there as predicted in all 100 random points")]
    public void A_release_has_its_own_points(string version, string words) =>
        Assert.Equal(words, CheckedSum.Words(Hopper, version, [Good, Other], []));

    [Theory]
    [InlineData("2.11.0", "kernels: measured on one H100 with libtorch 2.11.0, where 4 of 5 points did as predicted")]
    [InlineData("2.11", "kernels: measured on one H100 with libtorch 2.11.0, where 4 of 5 points did as predicted")]
    [InlineData("2.10.0", "kernels on a real GPU: seen with libtorch 2.11.0 only, on one H100; on virtual ones of capability 9.0, libtorch 2.10.0 did as predicted in all 90 random points")]
    public void What_a_real_one_showed_comes_first(string version, string words) =>
        Assert.Equal(words, CheckedSum.Words(Hopper, version, [Good, Other], [Seen]));

    [Fact]
    public void Another_capability_has_none() =>
        Assert.Equal("kernels of capability 8.6: they follow the source, and were seen on no GPU, real or virtual", CheckedSum.Words(new(8, 6), "2.10.0", [Good, Other], [Seen]));

    /// <summary>Counted apart, one difference in each is at most three points.</summary>
    [Theory]
    [InlineData(10, 10, 10, "all 10")]
    [InlineData(9, 10, 10, "9 of 10")]
    [InlineData(9, 9, 9, "7 of 10")]
    [InlineData(0, 0, 0, "0 of 10")]
    public void Whatever_may_differ_counts_as_different(int traces, int allocated, int reserved, string count) =>
        Assert.Equal(count, CheckedSum.Of([Row("2.10.0", "h100", 10, traces, allocated, reserved)])!.Count);

    [Fact]
    public void Cards_and_points_are_summed_over_seeds_and_releases()
    {
        Assert.Equal(new("2.10.0, 2.12.1", 2, 190, 190), CheckedSum.Of([Good, Good with { Seed = 2 }, Other]));
        Assert.Null(CheckedSum.Of([]));
    }

    /// <summary>As the table in the repository has it, summed by hand.</summary>
    [Fact]
    public void Each_target_tells_the_points_of_its_capability()
    {
        using var text = new StreamReader(typeof(VirtualEvidence).Assembly.GetManifestResourceStream("points.tsv")!);
        var lines = text.ReadToEnd().Split('\n').Select(line => line.Split('\t')).ToList();
        var targets = TargetsRecord.OfAll().Targets;
        Assert.All(targets, target => Assert.Equal((target.Name, lines.Where(l => l.Length == 14 && l[5] == target.Capability).Sum(l => int.Parse(l[6], null))), (target.Name, target.VirtualPoints)));
        Assert.All(targets, target => Assert.InRange(target.VirtualPointsEqual, 0, target.VirtualPoints));
    }

    private static CheckedPoints Row(string libTorch, string gpu, int points, int traces, int allocated, int reserved) =>
        new(1, libTorch, "12.8", 1, gpu, Hopper, points, 1, traces, allocated, reserved, 0, 1_000, new Dictionary<string, int>());
}
