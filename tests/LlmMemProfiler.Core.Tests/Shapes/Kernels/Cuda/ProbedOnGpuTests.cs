using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>
/// Kernels against what single operations of PyTorch 2.11.0+cu130 took on one H100, with cuDNN 9.19: profiles/hardware/cuda-h100-80gb/probe.json.gz,
/// which python made of torch's own memory history.
/// </summary>
public partial class ProbedOnGpuTests
{
    private static readonly ComputeCapability Hopper = new(9, 0);

    private static readonly Version Release = new(2, 11);

    private static readonly CudaKernels Kernels = Scripts.Kernels("h100", Scripts.PyTorch211);

    [Fact]
    public void Each_attention_takes_what_it_took_there()
    {
        var rows = Rows().Select(row => (row.Name, row.Sizes, Operation: Attention().Match(row.Name))).Where(row => row.Operation.Success && row.Sizes.Length > 0).ToList();
        var wrong = rows.Select(row => (row.Name, Seen: row.Sizes, Predicted: Predicted(row.Operation, row.Sizes)))
            .Where(row => !row.Seen.SequenceEqual(row.Predicted))
            .Select(row => $"{row.Name}: predicted {string.Join(' ', row.Predicted)}, seen {string.Join(' ', row.Seen)}").ToList();

        Assert.Equal(115, rows.Count);
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ: {string.Join('\n', wrong)}");
    }

    /// <summary>What is chosen where nothing is asked for: cuDNN for half types, which the profiler's runs keep last, and memory-efficient attention for FP32.</summary>
    [Theory]
    [InlineData("float32", AttentionBackend.Efficient)]
    [InlineData("float16", AttentionBackend.Cudnn)]
    [InlineData("bfloat16", AttentionBackend.Cudnn)]
    public void The_first_choice_is_the_one_that_was_made_there(string type, AttentionBackend backend)
    {
        var shapes = Rows().Select(row => Attention().Match(row.Name)).Where(m => m.Success && m.Groups["backend"].Value == "None" && m.Groups["type"].Value == type).ToList();
        Assert.Equal(9, shapes.Count);
        Assert.All(shapes, shape => Assert.Equal(backend, Kernels.Backend(Shape(shape))));
    }

    [Fact]
    public void Layer_norm_keeps_two_statistics_a_row_in_FP32_and_matmuls_keep_their_workspaces()
    {
        var rows = Rows().ToDictionary(row => row.Name, row => row.Sizes);
        foreach (var (type, of) in Types)
        {
            foreach (var n in (long[])[1, 2, 4, 64, 300])
                Assert.Equal([n * 768 * of.Bytes(), n * Kernels.NormStatistics(of).Bytes(), n * Kernels.NormStatistics(of).Bytes()], rows[$"{type} layer_norm {n}"]);
        }
        var workspaces = new BlasWorkspaces(Hopper, new(), Release);
        Assert.Equal([12_288, workspaces.Cublas], rows["float32 linear 1 #0"]);
        // One row goes through cuBLASLt too.
        Assert.Equal([12_288, workspaces.CublasLt], rows["float32 linear bias 1 #0"]);
    }

    private static readonly Dictionary<string, DataType> Types =
        new() { ["float32"] = DataType.Float32, ["float16"] = DataType.Float16, ["bfloat16"] = DataType.BFloat16 };

    private static long[] Predicted(Match operation, long[] seen)
    {
        var shape = Shape(operation);
        var result = shape.Batch * shape.Heads * shape.Queries * shape.HeadDim * shape.Type.Bytes();
        var backend = operation.Groups["backend"].Value;
        var script = backend switch
        {
            "FLASH_ATTENTION" => FlashAttention.Script(shape, 132, Release),
            "EFFICIENT_ATTENTION" => EfficientAttention.Script(shape),
            "MATH" => new MathAttention(new(new(Hopper, new(), Release), new(), Release), GpuModels.Find("h100")!).Script(shape),
            "CUDNN_ATTENTION" => CudnnAttention.Script(),
            _ => Kernels.FusedAttention(shape),
        };
        long[] sizes = [.. script.Steps.ToArray().Where(s => s.Kind is StepKind.Result or StepKind.Allocate).Select(s => s.Kind == StepKind.Result ? result : s.Size)];
        // cuDNN's workspace, of its own choice, comes after what is known.
        return sizes.Length > 1 && sizes[0] == 8 ? [.. sizes, .. seen.Skip(sizes.Length).Take(1)] : sizes;
    }

    /// <summary>As many queries as keys are causal; fewer, but more than one, have a mask.</summary>
    private static AttentionShape Shape(Match operation)
    {
        var (T, L) = (Number("T"), Number("L"));
        return new(Number("B"), Number("H"), T, L, Number("D"), T > 1 && T < L, T == L, Types[operation.Groups["type"].Value], QueriesByToken: false);

        long Number(string group) => long.Parse(operation.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Name, long[] Sizes)> Rows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmMemProfiler.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        using var file = new GZipStream(File.OpenRead(Path.Combine(folder.FullName, "profiles", "hardware", "cuda-h100-80gb", "probe.json.gz")), CompressionMode.Decompress);
        return
        [
            .. JsonDocument.Parse(file).RootElement.GetProperty("ops").GetProperty("rows").EnumerateArray().Select(row => (
                row.GetProperty("op").GetString()!,
                row.GetProperty("events").EnumerateArray().Where(e => e[0].GetString() == "alloc").Select(e => e[1].GetInt64()).ToArray())),
        ];
    }

    [GeneratedRegex(@"^(?<type>\w+) sdpa (?<backend>\w+) B(?<B>\d+) H(?<H>\d+) T(?<T>\d+) L(?<L>\d+) D(?<D>\d+)$")]
    private static partial Regex Attention();
}
