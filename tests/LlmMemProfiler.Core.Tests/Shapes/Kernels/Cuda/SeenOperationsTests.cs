using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>
/// Kernels against what five releases of the real libtorch took on seven virtual GPUs, that is, on a stand-in for CUDA's runtime:
/// a table that lies beside the repository.
/// </summary>
public partial class SeenOperationsTests
{
    [Fact]
    public void Attention_and_argmax_take_what_each_release_took_on_each_GPU()
    {
        // TorchSharp cannot load 2.13 and newer.
        var rows = Table().Where(r => Operation(r[3]).Success && new Version(r[0]) < new Version(2, 13)).ToArray();
        var wrong = rows.Select(r => (Row: r, Predicted: Words(r))).Where(r => r.Predicted != Seen(r.Row))
            .Select(r => $"{string.Join(' ', r.Row.Take(4))}: predicted {r.Predicted}, seen {Seen(r.Row)}").ToArray();

        Assert.True(rows.Length > 1000, $"{rows.Length} rows");
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {rows.Length}: {string.Join('\n', wrong.Take(12))}");
    }

    private static string[][] Table()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LlmMemProfiler.sln")))
            folder = folder.Parent;
        var file = Path.Combine(folder?.Parent?.FullName ?? "/", "shared", "virtual-gpu", "operations.tsv");
        Assert.SkipUnless(File.Exists(file), "the table of operations does not lie beside the repository");
        return [.. File.ReadLines(file).Where(line => line[0] != '#').Skip(1).Select(line => line.Split('\t'))];
    }

    private static string Words(string[] row)
    {
        var gpu = GpuModel.Of("virtual", ComputeCapability.Parse(row[1], "the table"), int.Parse(row[2], CultureInfo.InvariantCulture), GpuCapacity.Unknown);
        var kernels = new CudaKernels(gpu, new(row[0], 0), new(CudnnDeprioritized: "1"));
        var operation = Operation(row[3]);
        var type = Core.Units.Words.Of<DataType>()[operation.Groups["type"].Value];
        if (operation.Groups["argmax"].Success)
            return Text(kernels.ArgMax(Number("rows"), Number("columns"), Number("columns"), type), row[4]);
        var isCausal = operation.Groups["T"].Success;
        var length = Number(isCausal ? "T" : "L");
        var shape = new AttentionShape(Number("B"), Number("h"), isCausal ? length : 1, length, Number("D"), false, isCausal, type, QueriesByToken: false);
        return Text(kernels.FusedAttention(shape), row[4]);

        long Number(string group) => long.Parse(operation.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The result counts by its size.</summary>
    private static string Text(KernelScript script, string result) =>
        string.Join(' ', script.Words().Where(w => !w.StartsWith("cublas", StringComparison.Ordinal)).Select(w => w == "result" ? $"+{result}" : w));

    private static string Seen(string[] row) => row[5];

    private static Match Operation(string text) => Form().Match(text);

    [GeneratedRegex(@"^(?:sdpa (?<type>\w+) (?:causal B(?<B>\d+) h(?<h>\d+) T(?<T>\d+) D(?<D>\d+)|decode B(?<B>\d+) h(?<h>\d+) kv\k<h> L(?<L>\d+) D(?<D>\d+))|(?<argmax>argmax) (?<type>\w+) \[(?<rows>\d+),(?<columns>\d+)\])$")]
    private static partial Regex Form();
}
