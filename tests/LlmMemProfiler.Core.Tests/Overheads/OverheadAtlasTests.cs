using System.Globalization;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Tests.Gpus;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Overheads;

/// <summary>What the shipped file says, held against the published figures that it is made of.</summary>
public class OverheadAtlasTests
{
    private static readonly (string Word, long Bytes)[] Units = [("GiB", 1L << 30), ("MiB", 1L << 20), ("MB", 1_000_000), ("GB", 1_000_000_000)];

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Rows.Root(), "profiles", "overheads.tsv"));

    /// <summary>The rows, read without the program's reader.</summary>
    private static readonly List<Dictionary<string, string>> Shipped = Read();

    private static readonly string[] Others = ["TP2", "TP4", "TP8", "PP2", "PP4", "DP2", "NCCL", "comm", "second process", "graphs", "EAGER", "ROCm"];

    /// <summary>
    /// By hand, from the published figures: H100, context: 0.41, 0.47, 0.53 and 0.60 GiB, and between them the 552,402,944 B of llmmem's own
    /// evidence; modules: 0.07, 0.16, 0.13 (four of six) and 0.25 GiB (24 of 44, 12 below it), and up to 0.46, and 167,772,160 B, the third of five. T4: 104.875 and 105 MiB.
    /// </summary>
    [Theory]
    [InlineData("h100", OverheadQuantity.Context, 0.41, 552_402_944.0 / ByteSize.GiB, 0.60, 5)]
    [InlineData("h100", OverheadQuantity.Modules, 0.07, 167_772_160.0 / ByteSize.GiB, 0.46, 5)]
    [InlineData("t4", OverheadQuantity.Context, 104.875 / 1024, 104.9375 / 1024, 105.0 / 1024, 2)]
    [InlineData("t4", OverheadQuantity.Modules, 0.01, 31.0 / 1024, 0.05, 4)]
    [InlineData("h200", OverheadQuantity.Context, 0.51, 0.51, 0.51, 1)]
    [InlineData("a100-40", OverheadQuantity.Context, 0.41, 0.45, 0.49, 2)]
    [InlineData("rtx-5090", OverheadQuantity.ContextAndModules, 0.59, 0.605, 0.62, 1)]
    [InlineData("rtx-a2000-12", OverheadQuantity.ContextAndModules, 0.12, 0.125, 0.13, 1)]
    public void A_card_has_the_published_range(string gpu, OverheadQuantity quantity, double low, double value, double high, int sources)
    {
        var range = Assert.Single(OverheadAtlas.Of(gpu), r => r.Quantity == quantity);

        Assert.Equal(gpu, range.Gpu);
        Assert.Equal(low * ByteSize.GiB, range.Low.Bytes, 1.0);
        Assert.Equal(value * ByteSize.GiB, range.Value.Bytes, 1.0);
        Assert.Equal(high * ByteSize.GiB, range.High.Bytes, 1.0);
        Assert.Equal(sources, range.Sources);
    }

    /// <summary>The form that the issue of the atlas gives.</summary>
    [Fact]
    public void A_range_says_its_sources_and_its_card() =>
        Assert.Equal("context 0.41 to 0.60 GiB (5 sources, H100)", OverheadAtlas.Of("h100")[0].ToString());

    /// <summary>The A100's figures are of eager loading.</summary>
    [Theory]
    [InlineData("a100-80")]
    [InlineData("h100/1g.10gb")]
    [InlineData("sm_90:132:80GiB")]
    public void Of_another_card_it_says_nothing(string gpu) => Assert.Empty(OverheadAtlas.Of(gpu));

    [Fact]
    public void Every_card_is_one_of_the_table_of_GPUs()
    {
        var named = Shipped.Select(row => row["gpu"]).Where(gpu => gpu.Length > 0).Distinct().ToList();

        Assert.True(named.Count >= 12, $"{named.Count} cards");
        Assert.Empty(named.Except(Rows.Names()));
    }

    [Fact]
    public void Figures_of_several_GPUs_or_processes_and_with_NCCL_count_nowhere() => Assert.Empty(
        from row in Shipped
        where row["left_out"].Length == 0 && Others.Any(word => row["said"].Contains(word, StringComparison.Ordinal))
        select row["said"]);

    [Fact]
    public void Every_published_figure_is_in_it_or_told_to_be_left_out()
    {
        var published = Published();
        string[] others = ["peak_reserved", "load_reserved", "driver_used", "cublas_workspace", "cudnn_conv_workspace", "max_context_lazy", "max_context_eager", "max_context_f16_kv"];
        var figures = published.Where(row => !others.Contains(row[5])).ToList();
        var plain = figures.Count(row => Bytes(row[6]) is >= 0);

        Assert.Equal(282, published.Count);
        Assert.InRange(OverheadAtlas.Rows.Sum(row => row.Rows), plain, int.MaxValue);
        // Ranges without their figures, and one below nothing.
        Assert.Equal(4, figures.Count - plain);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"from {published.Count} published figures gathered in 2026-11: {plain} are in here"),
            string.Join('\n', Lines), StringComparison.Ordinal);
    }

    /// <summary>Figures after the first kernels stand in it less those before them, of the same process.</summary>
    [Fact]
    public void Each_published_figure_has_its_bytes_in_it()
    {
        string[] less = ["context_after_first_cublas", "context_after_first_cudnn", "context_at_peak"];
        var figures = Published().Where(row => row[5].StartsWith("context", StringComparison.Ordinal) || row[5].Contains("non_torch", StringComparison.Ordinal));
        var shipped = Shipped.GroupBy(row => long.Parse(row["bytes"], CultureInfo.InvariantCulture))
            .ToDictionary(same => same.Key, same => same.Sum(row => int.Parse(row["rows"], CultureInfo.InvariantCulture)));

        Assert.Empty(
            from row in figures
            where !less.Contains(row[5])
            let bytes = Bytes(row[6])
            where bytes >= 0
            group row by bytes.Value into same
            where same.Count() > shipped.GetValueOrDefault(same.Key)
            select $"{same.First()[0]}, {same.First()[6]}: {same.Count()} published");
    }

    /// <summary>One GPU, one process, no NCCL: the rule of the issue, over the published list itself.</summary>
    [Fact]
    public void The_H100_s_context_is_the_range_of_its_startup_logs_and_of_what_was_measured_here()
    {
        var logs = Published().Where(row => row[0] == "H100-80GB" && row[5] == "context_at_start (total-free)").Select(row => Bytes(row[6])!.Value).ToList();
        var range = OverheadAtlas.Of("h100")[0];

        Assert.Equal((logs.Min(), logs.Max(), logs.Count + 1), (range.Low.Bytes, range.High.Bytes, range.Sources));
    }

    private static List<Dictionary<string, string>> Read()
    {
        var table = Lines.Where(line => line[0] != '#').Select(line => line.Split('\t')).ToList();
        return [.. table.Skip(1).Select(row => table[0].Zip(row).ToDictionary(p => p.First, p => p.Second))];
    }

    private static List<string[]> Published() =>
        [.. File.ReadLines(SharedFiles.At("measured", "overhead-public.tsv")).Skip(2).Select(line => line.Split('\t'))];

    /// <summary>Null where no one figure is printed.</summary>
    private static long? Bytes(string printed)
    {
        if (long.TryParse(printed, CultureInfo.InvariantCulture, out var exact))
            return exact;
        var (word, unit) = Units.FirstOrDefault(u => printed.EndsWith(" " + u.Word, StringComparison.Ordinal));
        return word is not null && decimal.TryParse(printed[..^word.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (long)Math.Round(number * unit) : null;
    }
}
