using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Profiles;

/// <summary>What a card takes beside what a virtual GPU tells: a profile's or the atlas's, and nothing where neither knows it.</summary>
public sealed class CardOverheadTests
{
    private const string Name = "NVIDIA H100 80GB HBM3";

    private static readonly RunRecord Measured = new Synthetic { Count = 1 }.Records()[0];

    private static readonly HardwareProfile Profile = new Synthetic().Profile();

    /// <summary>In profiles/overheads.tsv the least and the most context of an H100 are 440,234,148 and 644,245,094 B, and modules 75,161,928 and 493,921,239 B.</summary>
    [Theory]
    [InlineData("h100")]
    [InlineData("2xh100:80GiB")]
    public void Without_a_profile_it_is_the_atlass_range(string gpu)
    {
        var overhead = CardOverhead.Of(Virtual(gpu), null)!;
        Assert.Equal((440_234_148 + 75_161_928, 644_245_094 + 493_921_239), (overhead.Low.Bytes, overhead.High!.Value.Bytes));
        Assert.StartsWith("context 0.41 to 0.60 GiB (5 sources, H100), modules 0.07 to 0.46 GiB", overhead.Source, StringComparison.Ordinal);
        Assert.InRange(overhead.Parts.Total.Bytes, overhead.Low.Bytes, overhead.High.Value.Bytes);
        Assert.Equal("1.48 GiB to 2.06 GiB", overhead.TotalWith(new(ByteSize.GiB)));
    }

    /// <summary>The atlas has an RTX 3090's context, and no modules.</summary>
    [Fact]
    public void Where_a_part_is_missing_there_is_no_most()
    {
        var overhead = CardOverhead.Of(Virtual("rtx-3090"), null)!;
        Assert.Null(overhead.High);
        Assert.StartsWith("at least ", overhead.TotalWith(new(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_knows_it_there_is_none()
    {
        Assert.Null(CardOverhead.Of(Virtual("sm_120:46:12GiB"), null));
        Assert.Null(CardOverhead.Of(Virtual(""), null));
        Assert.Null(CardOverhead.Of(Virtual("no such card"), null));
        Assert.Null(CardOverhead.Of(Measured, null));
        var eager = Virtual("h100");
        Assert.Null(CardOverhead.Of(eager with { Host = eager.Host with { Environment = new Dictionary<string, string> { ["CUDA_MODULE_LOADING"] = "EAGER" } } }, null));
    }

    [Fact]
    public void A_profile_of_that_card_comes_first_and_of_another_it_is_refused()
    {
        var own = Profile with { Name = "mine", Hardware = Profile.Hardware with { Kind = DeviceKind.Cuda, Name = Name } };
        var overhead = CardOverhead.Of(Virtual("h100"), own)!;
        Assert.Equal(overhead.Low, overhead.High);
        // Made with 150 MiB of context and 10 of modules (15 for BF16), and a residual on top.
        Assert.InRange(overhead.Low.Bytes, 160 * ByteSize.MiB, long.MaxValue);
        Assert.Equal("context, modules and residual of profile mine", overhead.Source);
        Assert.Contains("5 sources", CardOverhead.Of(Virtual("h100"), Profile)!.Source, StringComparison.Ordinal);
        CardOverhead.Require(own, Virtual("h100").Device);
        var other = own with { Hardware = own.Hardware with { Name = "NVIDIA L4" } };
        Assert.Contains("NVIDIA L4 (cuda), which is no NVIDIA H100", Assert.Throws<InputException>(() => CardOverhead.Require(other, Virtual("h100").Device)).Message, StringComparison.Ordinal);
    }

    private static RunRecord Virtual(string gpu) => Measured with
    {
        Device = new(DeviceKind.Virtual, Name, null, new(80 * ByteSize.GiB), "9.0", null),
        Cuda = new() { Multiprocessors = 132, Cudnn = 91_002, Attention = [], Levels = [], Virtual = new(gpu, 1, new(0), 0, new(0)) },
    };
}
