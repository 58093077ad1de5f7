using System.Xml.Linq;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Plots;
using LlmMemProfiler.Reports.Tests.Plots;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Tests.Figures;

public class SegmentMapPictureTests
{
    private static readonly Replay Decode = Replay.Of(
        sink => SymbolicRun.Decode(ModelPresets.Find("gpt2"), new() { Prompt = 40, NewTokens = 4 }, sink, new CpuKernels(2)), new());

    [Fact]
    public void Every_segment_has_its_place_and_every_byte_of_it_its_part()
    {
        var moment = Decode.Allocator.AllocatedPeak;
        foreach (var pool in Decode.MapAt(moment).Segments.GroupBy(s => s.Pool))
        {
            var rows = SegmentRows.Of([.. pool]);

            Assert.InRange(rows.Rows.Count, 1, 14);
            Assert.Equal(pool, rows.Rows.SelectMany(r => r));
            foreach (var row in rows.Rows)
            {
                var end = 0L;
                foreach (var stretch in rows.Spans(row))
                {
                    Assert.Equal(end, stretch.Start);
                    end = stretch.End;
                }
                Assert.Equal(row.Sum(s => s.Size.Bytes), end);
                Assert.True(end <= rows.Width);
            }
        }
    }

    [Fact]
    public void What_can_be_seen_keeps_its_part_and_its_place()
    {
        const long KiB = 1024;
        var weights = Tag.Of(Phase.Load, 0, null, Part.Weights, Operation.Zeros, 1);
        MappedSegment segment = new(0, new(2048 * KiB), PoolKind.Small,
        [
            new(new(1024 * KiB), new(1000 * KiB), 1, weights), new(new(512 * KiB), new(0), null, null),
            new(new(512 * KiB), new(512 * KiB), 2, weights.OwnedBy(Part.KvCache)),
        ]);
        var rows = SegmentRows.Of([segment]);

        Assert.Equal(
            [(Part.Weights, 0, 1000 * KiB), (Part.Rounding, 1000 * KiB, 1024 * KiB), (Part.Slack, 1024 * KiB, 1536 * KiB), (Part.KvCache, 1536 * KiB, 2048 * KiB)],
            rows.Spans(rows.Rows.Single()));
    }

    [Fact]
    public void A_thousand_segments_of_a_million_small_blocks_make_few_stretches()
    {
        var segments = Enumerable.Range(0, 1000).Select(i => new MappedSegment(i * 2L << 20, new(2 << 20), PoolKind.Small,
            [.. Enumerable.Range(0, 4096).Select(b => new MappedBlock(new(512), new(b % 2 == 0 ? 0 : 500), b % 2 == 0 ? null : (ulong)b, b % 2 == 0 ? null : default(Tag)))])).ToList();

        var rows = SegmentRows.Of(segments);

        Assert.True(rows.Rows.Sum(r => rows.Spans(r).Count()) <= 14 * 2000);
        Assert.Equal(1000, rows.Rows.Sum(r => r.Count));
    }

    [Fact]
    public void The_picture_names_its_moment_its_pools_and_the_size_of_each_part()
    {
        var moment = Decode.Allocator.ReservedPeak;
        var picture = SegmentMapPicture.Of(Decode.MapAt(moment), moment, isReserved: true, "trace.json, measured");

        var texts = SvgText.Upright(XDocument.Parse(picture.Svg())).Select(t => t.Text).ToList();

        Assert.Contains("Segments of the caching allocator at the reserved peak", texts);
        Assert.Contains(texts, t => t.StartsWith("large pool: ", StringComparison.Ordinal));
        Assert.Contains(texts, t => t.StartsWith("small pool: ", StringComparison.Ordinal));
        foreach (var (part, size) in moment.Account.Known.Where(p => p.Size.Bytes > 0))
            Assert.Contains($"{part.Name()} {size}", texts);
        using var png = SKBitmap.Decode(picture.Png());
        Assert.Equal(1600, png.Width);
        var colors = png.Pixels.ToHashSet();
        Assert.All((Part[])[Part.Weights, Part.KvCache, Part.Slack], part => Assert.Contains(PartColors.Of(part).ToSKColor(), colors));
    }

    [Fact]
    public void Without_segments_the_picture_says_so()
    {
        var empty = new CachingAllocator();
        Assert.Contains(
            "no segments are reserved",
            SvgText.Upright(XDocument.Parse(SegmentMapPicture.Of(empty.Map(), empty.ReservedPeak, isReserved: false, "nothing").Svg())).Select(t => t.Text));
    }
}
