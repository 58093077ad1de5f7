using System.Globalization;
using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>What the program says of a GPU, on a virtual one.</summary>
public sealed class VirtualGpuTests(VirtualGpu gpu) : IClassFixture<VirtualGpu>
{
    private static readonly string[] Tiny = ["run", "tiny", "--device", "cuda:0", "--prompt", "64", "--new-tokens", "4"];

    [Theory]
    [InlineData(null, null)]
    [InlineData("CUBLAS_WORKSPACE_CONFIG", ":16:8")]
    [InlineData("CUBLASLT_WORKSPACE_SIZE", "16384")]
    [InlineData("TORCH_CUBLASLT_UNIFIED_WORKSPACE", "1")]
    [InlineData("TORCH_BLAS_PREFER_CUBLASLT", "1")]
    [InlineData("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")]
    [InlineData("PYTORCH_HIP_ALLOC_CONF", "expandable_segments:True")]
    [InlineData("PYTORCH_ALLOC_CONF", "roundup_power2_divisions:[1:8,2:2,>:4],max_split_size_mb:20,pinned_use_background_threads:True")]
    [InlineData("PYTORCH_CUDA_ALLOC_CONF", "per_process_memory_fraction:0.0004,garbage_collection_threshold:0.5,max_split_size_mb:24,expandable_segments:True")]
    public async Task Every_level_is_predicted_to_the_byte(string? name, string? value)
    {
        var record = (await gpu.Run(name is null ? null : (name, value), [.. Tiny, "--json"])).Well().Json;
        var (measured, predicted) = (record.GetProperty("measured"), record.GetProperty("estimates")[2]);
        foreach (var level in (string[])["tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes"])
            Assert.Equal((level, measured.GetProperty(level).GetInt64()), (level, predicted.GetProperty(level).GetInt64()));
        Assert.Equal(0, record.GetProperty("trace").GetProperty("differences").GetInt64());
    }

    /// <summary>
    /// Which way addresses go decides between equal blocks. Those of this stand-in rise unless told otherwise; of the
    /// predicted ones, which are an H100's, later small segments lie below the first.
    /// </summary>
    [Fact]
    public async Task Where_addresses_rise_the_peak_is_the_one_that_stands_beside()
    {
        string[] run =
        [
            "run", "gpt2", "--random-weights", "--device", "cuda:0", "--batch", "2", "--prompt", "100", "--new-tokens", "12", "--cache", "concat",
            "--attention", "math", "--logits", "all", "--json",
        ];
        var record = (await gpu.Run(("STANDIN_DOWN", null), run)).Well().Json;
        Assert.Equal(301_989_888, record.GetProperty("measured").GetProperty("reserved_peak_bytes").GetInt64());
        Assert.Equal(301_989_888, record.GetProperty("estimates")[2].GetProperty("reserved_peak_rising_bytes").GetInt64());
    }

    /// <summary>A context of 450,000,000 B, as the stand-in has it, besides what the verdict says, and 2 MiB less.</summary>
    [Theory]
    [InlineData(0, "ok")]
    [InlineData(-2 << 20, "oom")]
    public async Task With_what_the_verdict_says_it_gets_through_and_with_less_it_does_not(int bytes, string status)
    {
        string[] workload = ["gpt2", "--batch", "4", "--prompt", "300", "--prefill-chunk", "64", "--new-tokens", "30", "--cache", "concat", "--attention", "math", "--json"];
        var verdict = (await Llmmem.Run(["estimate", .. workload, "--target", "a100-80", "--profile", "none"])).Well().Json;
        var needed = verdict.GetProperty("needed").GetProperty("low_bytes").GetInt64();
        // What it would reserve where there is plenty is more.
        Assert.True(needed < verdict.GetProperty("estimates")[2].GetProperty("reserved_peak_bytes").GetInt64());
        var memory = (needed + 450_000_000 + bytes).ToString(CultureInfo.InvariantCulture);
        var run = (await gpu.Run(("STANDIN_MEMORY", memory), ["run", .. workload, "--random-weights", "--device", "cuda:0"])).Well().Json;
        Assert.Equal(status, run.GetProperty("status").GetString());
        Assert.Equal(needed + bytes, run.GetProperty("measured").GetProperty("reserved_peak_bytes").GetInt64());
    }

    [Fact]
    public async Task What_is_not_simulated_is_measured_all_the_same()
    {
        var asynchronous = ("PYTORCH_CUDA_ALLOC_CONF", "backend:cudaMallocAsync");
        var record = (await gpu.Run(asynchronous, [.. Tiny, "--json"])).Well().Json;
        var (measured, predicted) = (record.GetProperty("measured"), record.GetProperty("estimates")[2]);
        Assert.True(measured.GetProperty("device_peak_bytes").GetInt64() > 0);
        Assert.Contains("since PYTORCH_CUDA_ALLOC_CONF sets backend:cudaMallocAsync, which reports none", measured.GetProperty("unknown")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, predicted.GetProperty("reserved_peak_bytes").ValueKind);
        Assert.Contains("backend:cudaMallocAsync is not simulated", predicted.GetProperty("unknown").ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "unknown to the simulated estimate: allocated and reserved peak: backend:cudaMallocAsync is not simulated",
            (await gpu.Run(asynchronous, Tiny)).Well().Output, StringComparison.Ordinal);
        Assert.Equal("backend:cudaMallocAsync", record.GetProperty("host").GetProperty("environment").GetProperty("PYTORCH_CUDA_ALLOC_CONF").GetString());
    }

    [Fact]
    public async Task The_table_says_exact_and_does_not_compare_requests_with_blocks()
    {
        var table = (await gpu.Run(null, Tiny)).Well().Output;
        Assert.Contains("simulated  exact", table, StringComparison.Ordinal);
        Assert.Contains("analytic   not compared: it counts requests", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allocations_that_nobody_saw_are_unknown_and_no_zero_divides()
    {
        var hidden = ("PYTORCH_NO_CUDA_MEMORY_CACHING", "1");
        Assert.DoesNotContain("Infinity", (await gpu.Run(hidden, Tiny)).Well().Output, StringComparison.Ordinal);
        var measured = (await gpu.Run(hidden, [.. Tiny, "--json"])).Well().Json.GetProperty("measured");
        Assert.Equal(JsonValueKind.Null, measured.GetProperty("tensor_peak_bytes").ValueKind);
        Assert.Contains("PYTORCH_NO_CUDA_MEMORY_CACHING=1", measured.GetProperty("unknown")[0].GetString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever a GPU's run leaves keeps the rules that records are read by.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")]
    [InlineData("PYTORCH_NO_CUDA_MEMORY_CACHING", "1")]
    [InlineData("PYTORCH_CUDA_ALLOC_CONF", "backend:cudaMallocAsync")]
    [InlineData("STANDIN_FAULT", "nvmlInit_v2:0:4")]
    public async Task A_record_of_it_is_read_again(string? name, string? value)
    {
        using var folder = new TemporaryFolder();
        (await gpu.Run(name is null ? null : (name, value), [.. Tiny, "--out", folder.Path])).Well();
        var read = (await Llmmem.Run("validate", folder.Path, "--json")).Well();
        Assert.Equal((1, 0), (read.Json.GetProperty("read").GetInt32(), read.Json.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public async Task What_NVML_refuses_is_named_by_run_and_doctor()
    {
        var refusing = ("STANDIN_FAULT", "nvmlInit_v2:0:4");
        var unknown = (await gpu.Run(refusing, [.. Tiny, "--json"])).Well().Json.GetProperty("measured").GetProperty("unknown").ToString();
        Assert.Contains("nvmlInit_v2 failed with 4", unknown, StringComparison.Ordinal);
        // Kernels that compute nothing fail doctor's own tests, but not the driver's finding.
        var driver = (await gpu.Run(refusing, "doctor", "--json")).Json.GetProperty("findings").EnumerateArray()
            .Single(f => f.GetProperty("what").GetString() == "NVIDIA driver");
        Assert.Equal("good", driver.GetProperty("state").GetString());
        Assert.Contains("nvmlInit_v2 failed with 4", driver.GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PYTORCH_NO_CUDA_MEMORY_CACHING", "1")]
    [InlineData("PYTORCH_ALLOC_CONF", "backend:cudaMallocAsync")]
    public async Task Where_a_variable_hides_allocations_doctor_says_how_to_unset_it(string name, string value) =>
        Assert.EndsWith($"; try: env -u {name} llmmem doctor\n", (await gpu.Run((name, value), "doctor")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_library_of_CUDAs_half_the_CPU_runs_and_says_so()
    {
        var library = Path.Combine(gpu.Runtime, "libcudnn.so.9");
        Assert.SkipUnless(Path.Exists(library), "no virtual GPU lies beside the repository");
        File.Delete(library);
        try
        {
            string[] run = ["run", "tiny", "--prompt", "2", "--new-tokens", "1", "--json"];
            foreach (var device in (string[])["cpu", "auto"])
            {
                var record = (await gpu.Run(null, [.. run, "--device", device])).Well().Json;
                Assert.Equal("cpu", record.GetProperty("device").GetProperty("kind").GetString());
                Assert.Contains("since it needs libcudnn.so.9, which", record.GetProperty("remarks")[0].GetString(), StringComparison.Ordinal);
            }
            (await gpu.Run(null, [.. run, "--device", "cuda:0"])).Badly(3, "cuda:0: the CUDA half of libtorch", "libcudnn.so.9", "LD_LIBRARY_PATH");
        }
        finally
        {
            File.CreateSymbolicLink(library, "libstandin.so");
        }
    }
}
