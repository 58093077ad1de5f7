using System.Xml.Linq;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class MemoryPlotSvgTests
{
    public static TheoryData<string> Runs => [.. Cases.Keys];

    private static IReadOnlyDictionary<string, Func<RunRecord>> Cases { get; } = new Dictionary<string, Func<RunRecord>>
    {
        ["as it should be"] = () => SyntheticRun.Guide(),
        ["no moment"] = () => SyntheticRun.Guide().With([]),
        ["one moment"] = () => SyntheticRun.Guide().With(SyntheticRun.MomentsOf(SyntheticRun.Guide()).Skip(9).Take(1)),
        ["short phases"] = () => SyntheticRun.Guide().With(SyntheticRun.MomentsOf(SyntheticRun.Guide())
            .Select(m => m.Phase == Phase.Decode ? m with { Seconds = 500 * m.Seconds } : m)),
        ["predictions far off"] = () => SyntheticRun.Guide().With(SyntheticRun.MomentsOf(SyntheticRun.Guide())
            .Select(m => m with { Account = new(m.Account.Known.Select(k => (k.Part, k.Size * 100))) })),
        ["out of memory"] = () => SyntheticRun.Guide().With(SyntheticRun.MomentsOf(SyntheticRun.Guide()).Take(90)) with
        {
            Status = RunStatus.Oom,
            Error = "CUDA out of memory.\nTried to allocate 2.00 GiB. " + string.Concat(Enumerable.Repeat("More of it. ", 30)),
        },
        ["hostile names"] = () => SyntheticRun.Guide() with
        {
            Model = SyntheticRun.Guide().Model with { Name = "<m&\u0001\ud800\uffff" + new string('W', 200) },
            Device = SyntheticRun.Guide().Device with { Kind = DeviceKind.Cuda, Name = "]]>\"\n" + new string('W', 200) },
        },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void No_text_lies_over_another_or_leaves_the_page(string run)
    {
        var texts = SvgText.Upright(Svg(Cases[run]()));
        Assert.InRange(texts.Count, 10, 100);
        Assert.All(texts, t => Assert.True(t is { Left: >= 0, Top: >= 0, Right: <= 962, Bottom: <= 600 }, $"{t}"));
        for (var i = 0; i < texts.Count; i++)
            Assert.All(texts.Skip(i + 1), other => Assert.False(texts[i].Overlaps(other), $"{texts[i]} and {other}"));
    }

    [Fact]
    public void Title_legend_axes_phases_and_predictions_are_named()
    {
        var texts = SvgText.All(Svg(SyntheticRun.Guide()));
        Assert.Superset(
            new HashSet<string>
            {
                "guide-354m, fp16, batch 1, prompt 64 + 64 new tokens, fused attention, logits for the last position",
                "weights 675.84 MiB", "kv_cache 12.00 MiB", "logits 98.16 KiB", "inputs 1.49 KiB", "workspace 384.00 KiB",
                "device (resident) 893.88 MiB", "load", "prefill", "decode", "memory [MiB]", "seconds since the run's start",
                "guide", "total 787.9 MiB", "analytic = simulated", "tensor peak 689.0 MiB",
                "cache + activations 12.05 MiB", "tensor peak 13.13 MiB",
            },
            texts.ToHashSet());
        Assert.Contains(texts, text => text.StartsWith("Intel(R) Xeon(R) Platinum 8481C", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_is_drawn_once()
    {
        var texts = SvgText.All(Svg(SyntheticRun.Guide()));
        Assert.Equal(2, texts.Count(t => t == "memory [MiB]"));
        Assert.Single(texts, t => t == "seconds since the run's start");
        Assert.Single(texts, t => t == "600");
    }

    [Fact]
    public void The_document_asks_for_fonts_that_viewers_have_and_takes_any_size()
    {
        var svg = Svg(SyntheticRun.Guide());
        Assert.Equal("0 0 960 600", (string?)svg.Root!.Attribute("viewBox"));
        var families = svg.Descendants().Attributes("font-family").Select(a => a.Value).Distinct();
        Assert.EndsWith("sans-serif", Assert.Single(families), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunStatus.Oom, "OUT OF MEMORY: guide-354m")]
    [InlineData(RunStatus.Failed, "FAILED: guide-354m")]
    [InlineData(RunStatus.Timeout, "TIMED OUT: guide-354m")]
    public void The_title_says_that_a_run_did_not_end_well_and_why(RunStatus status, string title)
    {
        var texts = SvgText.All(Svg(SyntheticRun.Guide() with { Status = status, Error = "the reason" }));
        Assert.StartsWith(title, texts[0], StringComparison.Ordinal);
        Assert.EndsWith("the reason", texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_timeline_is_said_to_be_empty()
    {
        var texts = SvgText.All(Svg(SyntheticRun.Guide().With([])));
        Assert.Equal(2, texts.Count(t => t == "nothing was recorded over time"));
        Assert.DoesNotContain(SvgText.All(Svg(SyntheticRun.Guide())), t => t.StartsWith("nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_hook_the_device_is_drawn_and_the_lower_panel_says_why_it_is_empty()
    {
        var run = SyntheticRun.Guide();
        var texts = SvgText.All(Svg(run.With(SyntheticRun.MomentsOf(run).Select(m => m with { Account = new() }))));
        Assert.Single(texts, t => t == "no allocations observed");
        Assert.Contains("device (resident) 893.88 MiB", texts);
    }

    [Fact]
    public void Large_runs_are_shown_in_GiB()
    {
        var run = SyntheticRun.Guide();
        var large = SyntheticRun.MomentsOf(run).Select(m => m with { Device = m.Device is { } d ? d * 40 : null });
        Assert.Single(SvgText.All(Svg(run.With(large))), t => t == "memory [GiB]");
    }

    [Fact]
    public void A_GPU_level_is_the_drivers()
    {
        var run = SyntheticRun.Guide();
        var gpu = run with { Device = new(DeviceKind.Cuda, "NVIDIA H100", "GPU-1", new(80 * ByteSize.GiB), "9.0", "550") };
        Assert.Contains("device (driver) 893.88 MiB", SvgText.All(Svg(gpu)));
    }

    private static XDocument Svg(RunRecord run) => XDocument.Parse(MemoryPlot.Svg(run));
}
