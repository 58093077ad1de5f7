using System.Text.Json;

namespace LlmMemProfiler.Cli.Tests;

public class EstimateTests
{
    private static readonly string[] ModelFields =
        ["name", "parameters", "layers", "d_model", "heads", "kv_heads", "head_dim", "d_ff", "vocabulary", "positions", "tied_output"];

    private static readonly string[] WorkloadFields =
        ["batch", "prompt", "new_tokens", "dtype", "kv_dtype", "cache", "attention", "prefill_chunk", "logits"];

    private static readonly string[] EstimateFields =
        ["parts", "tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes", "total_bytes", "low_bytes", "high_bytes"];

    [Fact]
    public async Task Json_is_one_document_with_the_fields_of_the_contract()
    {
        var record = (await Llmmem.Run("estimate", "--json")).Quietly().Json;
        Assert.Equal(JsonValueKind.Object, record.ValueKind);
        Assert.Equal(1, record.GetProperty("schema").GetInt32());
        Assert.True(record.TryGetProperty("profile", out _));
        Assert.All(ModelFields, field => Assert.True(record.GetProperty("model").TryGetProperty(field, out _), field));
        Assert.All(WorkloadFields, field => Assert.True(record.GetProperty("workload").TryGetProperty(field, out _), field));
        var estimates = record.GetProperty("estimates").EnumerateArray().ToArray();
        Assert.Equal(["guide", "analytic", "simulated"], estimates.Select(e => e.GetProperty("estimator").GetString()));
        Assert.All(estimates, e => Assert.All(EstimateFields, field => Assert.True(e.TryGetProperty(field, out _), field)));
        AssertNamesAndNumbers(record);
    }

    [Fact]
    public async Task The_guides_example_gives_the_guides_numbers()
    {
        var record = (await Llmmem.Run("estimate", "guide-354m", "--json")).Quietly().Json;
        Assert.Equal(354_336_768, record.GetProperty("model").GetProperty("parameters").GetInt64());
        var guide = Estimate(record, "guide");
        var parts = guide.GetProperty("parts");
        Assert.Equal(708_673_536, parts.GetProperty("weights_bytes").GetInt64());
        Assert.Equal(12_582_912, parts.GetProperty("kv_cache_bytes").GetInt64());
        Assert.Equal(100 << 20, parts.GetProperty("overhead_bytes").GetInt64());
        Assert.Equal(826_163_200, guide.GetProperty("total_bytes").GetInt64());
        Assert.Equal(721_305_600 + 104_857_600, guide.GetProperty("total_bytes").GetInt64());
    }

    [Fact]
    public async Task Int8_takes_a_byte_a_parameter_in_the_guides_counting()
    {
        var record = (await Llmmem.Run("estimate", "guide-354m", "--dtype", "int8", "--json")).Quietly().Json;
        Assert.Equal(354_336_768, Estimate(record, "guide").GetProperty("parts").GetProperty("weights_bytes").GetInt64());
        Assert.Equal("int8", record.GetProperty("workload").GetProperty("dtype").GetString());
        Assert.Equal("fp16", record.GetProperty("workload").GetProperty("kv_dtype").GetString());
    }

    [Theory]
    [InlineData("guide-354m", "fp16", "fused", "last")]
    [InlineData("gpt2-xl", "int8", "math", "all")]
    [InlineData("tiny-gqa", "fp32", "math", "last")]
    public async Task Parts_add_up_to_the_total_to_the_byte(string model, string type, string attention, string logits)
    {
        var record = (await Llmmem.Run(
            "estimate", model, "--dtype", type, "--attention", attention, "--logits", logits, "--batch", "3", "--json")).Quietly().Json;
        foreach (var estimate in record.GetProperty("estimates").EnumerateArray())
            Assert.Equal(estimate.GetProperty("total_bytes").GetInt64(), Sum.Of(estimate.GetProperty("parts")));
        Assert.Equal(
            Estimate(record, "analytic").GetProperty("tensor_peak_bytes").GetInt64(),
            Estimate(record, "simulated").GetProperty("tensor_peak_bytes").GetInt64());
    }

    [Fact]
    public async Task What_only_the_hardware_tells_is_null_and_no_zero()
    {
        var record = (await Llmmem.Run("estimate", "tiny", "--json")).Quietly().Json;
        Assert.Equal(JsonValueKind.Null, record.GetProperty("profile").ValueKind);
        Assert.Equal(JsonValueKind.Null, Estimate(record, "simulated").GetProperty("parts").GetProperty("overhead_bytes").ValueKind);
        Assert.Equal(JsonValueKind.Null, Estimate(record, "analytic").GetProperty("parts").GetProperty("context_bytes").ValueKind);
    }

    [Theory]
    [InlineData("estimate", "tiny", "--target", "h100")]
    [InlineData("replay", "none.json")]
    public async Task An_allocator_option_that_PyTorch_refuses_is_refused_without_a_libtorch_too(params string[] command) =>
        (await Llmmem.Run(Llmmem.Command(command).WithEnvironmentVariables(e => e.Set("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:19"))))
            .Badly(2, "PYTORCH_CUDA_ALLOC_CONF contains 'max_split_size_mb:19', which PyTorch refuses; max_split_size_mb must be 20 or more");

    [Fact]
    public async Task What_is_not_simulated_is_not_known()
    {
        var asynchronous = Llmmem.Command("estimate", "tiny", "--target", "h100", "--json")
            .WithEnvironmentVariables(e => e.Set("PYTORCH_ALLOC_CONF", "backend:cudaMallocAsync"));
        var simulated = Estimate((await Llmmem.Run(asynchronous)).Quietly().Json, "simulated");
        foreach (var level in (string[])["allocated_peak_bytes", "reserved_peak_bytes"])
            Assert.Equal(JsonValueKind.Null, simulated.GetProperty(level).ValueKind);
        Assert.False(simulated.TryGetProperty("reserved_peak_rising_bytes", out _));
        Assert.Contains("allocated and reserved peak: backend:cudaMallocAsync is not simulated", simulated.GetProperty("unknown").ToString(), StringComparison.Ordinal);

        // There is no such allocator to replay a trace through.
        (await Llmmem.Run(Llmmem.Command("replay", "none.json").WithEnvironmentVariables(e => e.Set("PYTORCH_ALLOC_CONF", "backend:cudaMallocAsync"))))
            .Badly(2, "PYTORCH_ALLOC_CONF: backend:cudaMallocAsync is not simulated; use ");
    }

    [Fact]
    public async Task A_release_that_was_never_compared_says_so()
    {
        var newest = (await Llmmem.Run("estimate", "tiny", "--target", "h100", "--libtorch-version", "2.14.1")).Quietly().Output;
        Assert.Contains("libtorch 2.14.1)", newest, StringComparison.Ordinal);
        Assert.Contains("unknown: libtorch 2.14.1: its kernels and allocator were never compared with these rules, which hold for 2.8 to 2.12", newest, StringComparison.Ordinal);
        Assert.DoesNotContain("never compared", (await Llmmem.Run("estimate", "tiny", "--target", "h100", "--libtorch-version", "2.12")).Quietly().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_count_in_any_case_and_lengths_take_k()
    {
        using var folder = new TemporaryFolder();
        var model = folder.With("long.json", """
            {"layers":1,"d_model":8,"heads":1,"d_ff":8,"vocabulary":10,"positions":40000,"tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        var lower = await Llmmem.Run("estimate", model, "--dtype", "bf16", "--kv-dtype", "fp32", "--cache", "paged", "--attention", "math", "--logits", "all", "--target", "h100", "--prompt", "32768", "--prefill-chunk", "2048");
        var upper = await Llmmem.Run("estimate", model, "--dtype", "BF16", "--kv-dtype", "Fp32", "--cache", "PAGED", "--attention", "Math", "--logits", "ALL", "--target", "H100", "--prompt", "32k", "--prefill-chunk", "2K");

        Assert.Contains("prompt 32768 + 64 new tokens", lower.Quietly().Output, StringComparison.Ordinal);
        Assert.Equal(lower.Output, upper.Quietly().Output);
        Assert.Equal((await Llmmem.Run("estimate", "gpt2")).Output, (await Llmmem.Run("estimate", "GPT2")).Quietly().Output);
    }

    [Fact]
    public async Task No_libtorch_is_needed_nor_loaded()
    {
        // The dynamic loader itself tells each library that it opens.
        var traced = await Llmmem.Run(Llmmem.Command("estimate", "--json").WithEnvironmentVariables(e => e
            .Set("LLMMEM_LIBTORCH", "/nonexistent").Set("LD_DEBUG", "files")));
        Assert.Equal(354_336_768, traced.Well().Json.GetProperty("model").GetProperty("parameters").GetInt64());
        Assert.Contains("libcoreclr", traced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("torch", traced.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("libc10", traced.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_get_a_table_with_units()
    {
        var text = (await Llmmem.Run("estimate")).Quietly().Output;
        Assert.Contains("354,336,768 parameters", text, StringComparison.Ordinal);
        Assert.Matches(@"weights +│ +675\.84 MiB", text);
        Assert.Matches(@"kv_cache +│ +12\.00 MiB", text);
        Assert.Matches(@"overhead +│ +100\.00 MiB +│ +– ", text);
        Assert.Matches(@"total +│ +787\.89 MiB │ +≥ 688\.97 MiB", text);
        Assert.DoesNotContain('\e', text);
    }

    [Theory]
    [InlineData("80", 80)]
    [InlineData("100", 100)]
    // Neither is a width.
    [InlineData("0", 240)]
    [InlineData(null, 240)]
    public async Task Lines_into_a_pipe_are_as_wide_as_COLUMNS_says_or_unbroken(string? columns, int width)
    {
        var text = (await Llmmem.Run(Llmmem.Command("estimate", "gpt2-xl", "--attention", "math", "--logits", "all")
            .WithEnvironmentVariables(e => e.Set("COLUMNS", columns).Set("TERM", "xterm")))).Quietly().Output;
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.Equal(width == 240, lines[0].EndsWith("math attention, logits for all positions", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Length > width - 20 || width == 240);
        Assert.EndsWith("measures both.", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_as_wide_as_COLUMNS_says()
    {
        var help = (await Llmmem.Run(Llmmem.Command("estimate", "--help").WithEnvironmentVariables(e => e.Set("COLUMNS", "90")))).Quietly().Output;
        var lines = help[..help.IndexOf("Examples:", StringComparison.Ordinal)].Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 90));
        Assert.Contains(lines, line => line.Length > 80);
    }

    [Fact]
    public async Task A_folder_with_a_config_gives_the_numbers_of_the_preset()
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", """{"model_type":"gpt2","n_layer":12,"n_embd":768,"n_head":12,"vocab_size":50257,"n_positions":1024}""");
        var preset = (await Llmmem.Run("estimate", "gpt2", "--json")).Quietly().Json;
        var file = (await Llmmem.Run("estimate", folder.Path, "--json")).Quietly().Json;
        Assert.Equal(preset.GetProperty("estimates").GetRawText(), file.GetProperty("estimates").GetRawText());
    }

    private static JsonElement Estimate(JsonElement record, string estimator) =>
        record.GetProperty("estimates").EnumerateArray().Single(e => e.GetProperty("estimator").GetString() == estimator);

    /// <summary>snake_case everywhere; what ends in _bytes is an integer or null.</summary>
    [Fact]
    public async Task A_named_GPU_gets_its_kernels_and_its_allocator_and_the_levels_keep_their_order()
    {
        var record = (await Llmmem.Run("estimate", "gpt2", "--target", "h100", "--json")).Quietly().Json;
        var simulated = record.GetProperty("estimates")[2];
        var (tensors, allocated, reserved) = (Bytes("tensor_peak_bytes"), Bytes("allocated_peak_bytes"), Bytes("reserved_peak_bytes"));
        Assert.True(tensors <= allocated && allocated <= reserved, $"{tensors} <= {allocated} <= {reserved}");
        Assert.Equal(0, reserved % (2 << 20));
        // What others measured of it: 0.50 GiB of context and 0.145 GiB of modules, the medians; 0.41 and 0.07 to 0.60 and 0.46.
        Assert.Equal(reserved + 536_870_912 + 155_692_564, Bytes("total_bytes"));
        Assert.Equal((reserved + 440_234_148 + 75_161_928, reserved + 644_245_094 + 493_921_239), (Bytes("low_bytes"), Bytes("high_bytes")));
        Assert.Equal("atlas", record.GetProperty("overhead_from").GetString());
        Assert.Equal([4, 4], record.GetProperty("overheads").EnumerateArray().Select(range => range.GetProperty("sources").GetInt32()));
        AssertNamesAndNumbers(record);
        // cuBLAS's 32 MiB on capability 9.0 and cuBLASLt's 1 MiB.
        Assert.Equal(33 << 20, simulated.GetProperty("parts").GetProperty("workspace_bytes").GetInt64());
        var curve = simulated.GetProperty("curve");
        Assert.Equal(curve.GetProperty("step").GetArrayLength(), curve.GetProperty("reserved_bytes").GetArrayLength());

        (await Llmmem.Run("estimate", "--target", "h1000")).Badly(2, "unknown target 'h1000'", "did you mean h100?");

        long Bytes(string name) => simulated.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_GPU_s_overhead_is_a_range_over_its_sources_and_not_a_total_without_an_end()
    {
        var text = (await Llmmem.Run("estimate", "gpt2", "--target", "h100")).Quietly().Output;
        Assert.Contains("\ncontext 0.41 to 0.60 GiB (4 sources, H100)\n  in doubt: other processes were not excluded; SXM or PCIe is not told\n", text, StringComparison.Ordinal);
        Assert.Contains("\nmodules 0.07 to 0.46 GiB (4 sources, H100)\n", text, StringComparison.Ordinal);
        // Of the analytic estimate nobody knows scratch and segments.
        Assert.Matches(@"total +│ +341\.87 MiB │ +≥ 903\.17 MiB │ +954\.48 MiB", text);
        Assert.Contains("\nsimulated: 785.52 MiB to 1.35 GiB, the range over these sources; it promises nothing\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_profile_and_atlas_the_bounds_are_one_and_with_a_profile_the_atlas_is_silent()
    {
        var without = (await Llmmem.Run("estimate", "gpt2", "--target", "h100", "--profile", "none", "--json")).Quietly().Json;
        var simulated = Estimate(without, "simulated");
        Assert.Equal("none", without.GetProperty("overhead_from").GetString());
        Assert.False(without.TryGetProperty("overheads", out _));
        Assert.All(["total_bytes", "low_bytes", "high_bytes"], field => Assert.Equal(308_281_344, simulated.GetProperty(field).GetInt64()));
        Assert.Equal(JsonValueKind.Null, simulated.GetProperty("parts").GetProperty("context_bytes").ValueKind);

        using var folder = new TemporaryFolder();
        var ofCpu = File.ReadAllText(Repository.Evidence("profile.json"));
        var profile = folder.With("gpu.json", ofCpu
            .Replace("\"kind\": \"cpu\"", "\"kind\": \"cuda\"", StringComparison.Ordinal).Replace("\"level\": \"private\"", "\"level\": \"driver\"", StringComparison.Ordinal));
        var with = (await Llmmem.Run("estimate", "gpt2", "--target", "h100", "--profile", profile, "--json")).Well().Json;
        using var file = JsonDocument.Parse(ofCpu);
        Assert.Equal("profile", with.GetProperty("overhead_from").GetString());
        Assert.False(with.TryGetProperty("overheads", out _));
        Assert.Equal(
            file.RootElement.GetProperty("context").GetProperty("value_bytes").GetInt64(), Estimate(with, "simulated").GetProperty("parts").GetProperty("context_bytes").GetInt64());
    }

    private static void AssertNamesAndNumbers(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                AssertNamesAndNumbers(item);
        }
        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var field in element.EnumerateObject())
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", field.Name);
            // A curve has a column of such numbers.
            var numbers = field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray().ToArray() : [field.Value];
            if (field.Name.EndsWith("_bytes", StringComparison.Ordinal) && field.Value.ValueKind != JsonValueKind.Null)
                Assert.All(numbers, n => Assert.Matches("^-?[0-9]+$", n.GetRawText()));
            AssertNamesAndNumbers(field.Value);
        }
    }
}
