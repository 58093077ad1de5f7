using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Tests.Gpus;

/// <summary>The table against what people published of 155 GPUs: a list that lies beside the repository.</summary>
public partial class PublishedGpusTests
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["a100-40-sxm"] = "a100-40",
        ["a100-80-sxm"] = "a100-80",
        ["h100-sxm"] = "h100",
        ["v100-16-sxm"] = "v100",
    };

    /// <summary>A modified card of which nobody told the multiprocessors.</summary>
    private const string NotInTheTable = "rtx-3080-20";

    [Fact]
    public void Each_published_GPU_is_in_the_table_with_its_capability_and_multiprocessors()
    {
        var rows = List().Where(r => r["source"].StartsWith("CUDA C++", StringComparison.Ordinal)).ToList();

        Assert.Equal(155, rows.Count);
        Assert.All(rows.Where(r => r["name"] != NotInTheTable), row =>
        {
            var gpu = GpuModels.Find(Name(row));
            Assert.True(gpu is not null, row["name"]);
            Assert.Equal($"{row["name"]} {row["capability"]} {row["l2_bytes"]}", $"{row["name"]} {gpu.Capability} {gpu.L2?.Bytes}");
            // Two are from another source: nobody had published them here.
            Assert.True(row["multiprocessors"].Length == 0 || row["multiprocessors"] == $"{gpu.Multiprocessors}", row["name"]);
            Assert.Equal(
                [row["max_threads_per_sm"], row["regs_per_sm"], row["smem_per_sm"], row["smem_per_block_optin"]],
                ((long[])[gpu.Limits.Threads, gpu.Limits.Registers, gpu.Limits.Shared.Bytes, gpu.Limits.SharedPerBlock.Bytes]).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        });
    }

    [Fact]
    public void Each_published_exact_total_stands_in_its_row()
    {
        var missing = List()
            .Where(r => r["total_bytes"].Length > 0 && r["name"] != NotInTheTable && !r["os_driver"].Contains("cGPU", StringComparison.Ordinal))
            .Where(r => !Rows.Exact(Name(r)).Contains(long.Parse(r["total_bytes"], CultureInfo.InvariantCulture)))
            .Select(r => $"{r["name"]} {r["total_bytes"]}");

        Assert.Empty(missing);
    }

    /// <summary>ECC apart: what it takes shows in the totals themselves, a sixteenth.</summary>
    [Fact]
    public void No_published_whole_card_had_less_on_Linux_than_what_is_counted_with()
    {
        var wrong =
            from row in List()
            where row["name"] != NotInTheTable && row["total_bytes"].Length > 0 && row["os_driver"].StartsWith("Linux", StringComparison.Ordinal)
                && !row["os_driver"].Contains("cGPU", StringComparison.Ordinal)
            let gpu = GpuModels.Find(Name(row))!
            let bytes = long.Parse(row["total_bytes"], CultureInfo.InvariantCulture)
            where bytes < gpu.Total!.Value.Bytes && bytes > gpu.Total.Value.Bytes * 0.95
            select $"{row["name"]}: {bytes} < {gpu.Total}";

        Assert.Empty(wrong);
    }

    private static string Name(Dictionary<string, string> row)
    {
        var name = row["name"];
        if (Slice().Match(name) is not { Success: true } slice)
            return Names.GetValueOrDefault(name, name);
        // The H100 with 80 GB is called h100.
        var card = slice.Groups["card"].Value;
        return $"{(card == "h100-80" ? "h100" : card)}/{slice.Groups["slice"].Value}";
    }

    private static List<Dictionary<string, string>> List()
    {
        var file = Path.Combine(Path.GetDirectoryName(Rows.Root())!, "shared", "measured", "gpus-public.tsv");
        Assert.SkipUnless(File.Exists(file), "the list of published GPUs does not lie beside the repository");
        var lines = File.ReadAllLines(file);
        var heads = lines[0].Split('\t');
        return [.. lines.Skip(1).Select(line => heads.Zip(line.Split('\t')).ToDictionary(p => p.First, p => p.Second))];
    }

    [GeneratedRegex(@"^(?<card>.+)-(?<slice>\dg\.\d+gb)$")]
    private static partial Regex Slice();
}
