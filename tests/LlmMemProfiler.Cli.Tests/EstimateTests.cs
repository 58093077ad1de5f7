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

    /// <summary>A profile tells with which libtorch its constants were measured; the rules of another would not go with them.</summary>
    [Theory]
    [InlineData(null, "libtorch 2.11.0")]
    [InlineData("2.10.0", "libtorch 2.10.0")]
    public async Task The_libtorch_is_the_profiles_unless_one_is_named(string? named, string libTorch)
    {
        string[] version = named is null ? [] : ["--libtorch-version", named];
        var profile = Path.Combine(Repository.Root, "profiles", "hardware", "cuda-h100-80gb");
        var json = (await Llmmem.Run(["estimate", "tiny", "--prompt", "8", "--new-tokens", "2", "--profile", profile, .. version, "--json"])).Well().Json;
        Assert.EndsWith(libTorch, json.GetProperty("estimates")[2].GetProperty("target").GetString(), StringComparison.Ordinal);
    }

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

    /// <summary>75 GiB of cache beside 2.9 of weights and 3.5 of activations, on a card that shows 79.10 GiB.</summary>
    [Fact]
    public async Task What_does_not_fit_is_told_with_how_much_is_missing_and_where()
    {
        var large = Llmmem.Command("estimate", "gpt2-xl", "--batch", "256", "--prompt", "512", "--new-tokens", "512", "--target", "h100", "--must-fit", "--profile", "none")
            .WithEnvironmentVariables(e => e.Set("COLUMNS", "80"));
        var ended = await Llmmem.Run(large);
        Assert.Equal((1, "llmmem: --must-fit: the verdict is no\n"), (ended.Code, ended.Error));
        Assert.Matches(
            @"\nno: needs at least 8[1-3]\.[0-9]{2} GiB, h100 has 79\.10 GiB \(Linux, CUDA 12\.8\):\s+[1-4]\.[0-9]{2}\s+GiB\s+too\s+little;\s+what\s+decides\s+is\s+prefill,\s+layer\s+[0-9]+,\s+[A-Z][A-Za-z]+\s+\(activations\)\n\z",
            ended.Output);
    }

    /// <summary>308,281,344 B are what the real allocator gets through with on a virtual A100, and not with 2 MiB less.</summary>
    [Fact]
    public async Task Json_has_the_verdict_its_margin_and_its_moment()
    {
        string[] estimate = ["estimate", "gpt2", "--batch", "4", "--prompt", "100", "--new-tokens", "30", "--cache", "concat", "--target", "a100-80", "--memory", "290MiB", "--profile", "none", "--json"];
        var record = (await Llmmem.Run(estimate)).Quietly().Json;
        Assert.Equal("""{"name":"a100-80","total_bytes":304087040,"source":"--memory"}""", Compact("target"));
        Assert.Equal(("no", 304_087_040 - 308_281_344), (record.GetProperty("verdict").GetString(), record.GetProperty("margin_bytes").GetInt64()));
        Assert.Equal("""{"low_bytes":308281344,"value_bytes":null,"high_bytes":null}""", Compact("needed"));
        Assert.Equal("""{"phase":"prefill","step":0,"layer":11,"operation":"linear","part":"activations"}""", Compact("moment"));
        Assert.Equal("null", Compact("no_verdict"));
        AssertNamesAndNumbers(record);

        string Compact(string name) => JsonSerializer.Serialize(record.GetProperty(name));
    }

    /// <summary>34 MiB for the allocator, and by the atlas of context 440,234,148 to 644,245,094 B and of modules 75,161,928 to 493,921,239, 692,563,476 in the middle.</summary>
    [Theory]
    [InlineData("--target h100", 0, "fits: needs at most 1.09 GiB, h100 has 79.10 GiB (Linux, CUDA 12.8): ", " left; what decides is ")]
    [InlineData("--target h100 --memory 1GiB", 1, "likely: needs about 694.48 MiB, at most 1.09 GiB, h100 with --memory has 1.00 GiB: 329.52 MiB left; what decides is ")]
    [InlineData("--target h100 --memory 650MiB", 1, "unlikely: needs about 694.48 MiB, at least 525.52 MiB, h100 with --memory has 650.00 MiB: 44.48 MiB too little; what decides is ")]
    [InlineData("--target h100 --profile none", 1, "depends: needs 34.00 MiB besides context and modules, h100 has 79.10 GiB (Linux, CUDA 12.8): fits if they take at most 79.06 GiB; what decides is ")]
    [InlineData("--target h100 --profile none --memory 35651583", 1, "no: needs at least 35,651,584 B, h100 with --memory has 35,651,583 B: 1 B too little; what decides is ")]
    [InlineData("--target b300", 1, "verdict not known: needs at least ", "and how much memory b300 has is not known; --memory SIZE tells it")]
    [InlineData("--target cpu --memory 16GiB --dtype fp32", 1, "depends: needs ", "cpu with --memory has 16.00 GiB: fits if they take at most 16.00 GiB; what decides is ")]
    [InlineData("--profile cpu-epyc-2 --memory 16GiB --dtype fp32", 0, "fits: needs at most ", "cpu with --memory has 16.00 GiB: ", " left; what decides is ")]
    [InlineData("--profile cpu-epyc-2 --memory 1MiB --dtype fp32", 1, "no: needs at least ", "cpu with --memory has 1.00 MiB: ", " too little; what decides is ")]
    public async Task The_last_line_is_the_verdict_and_must_fit_exits_with_1_unless_it_fits(string options, int code, params string[] parts)
    {
        var ended = await Llmmem.Run(["estimate", "tiny", .. options.Split(' '), "--must-fit"]);
        Assert.Equal(code, ended.Code);
        var last = ended.Output.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith(parts[0], last, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, last, StringComparison.Ordinal));
        Assert.Equal(code == 1, ended.Error.Contains("llmmem: --must-fit: the verdict is ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_memory_alone_says_what_it_is_as_on()
    {
        Assert.SkipWhen(Path.Exists("/dev/nvidiactl"), "this machine has an NVIDIA driver");
        var ended = (await Llmmem.Run("estimate", "tiny", "--memory", "24GiB")).Well();
        Assert.Equal("note: as on a100-80, since no GPU is here; --target NAME takes another one\n", ended.Error);
        Assert.Contains("a100-80 with --memory has 24.00 GiB", ended.Output, StringComparison.Ordinal);
        (await Llmmem.Run("estimate", "tiny", "--memory", "free")).Badly(3, "--memory free: no GPU is here (libcuda.so.1 not found", "give a size, such as 24GiB");
    }

    [Fact]
    public async Task Targets_are_listed_with_the_memory_that_counts()
    {
        var targets = (await Llmmem.Run("targets", "--json")).Quietly().Json.GetProperty("targets").EnumerateArray().ToDictionary(t => t.GetProperty("name").GetString()!);
        Assert.Equal(84_929_347_584, targets["h100"].GetProperty("total_bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, targets["b300"].GetProperty("total_bytes").ValueKind);
        Assert.Contains("a100-80/1g.10gb", targets.Keys);
        Assert.DoesNotContain("gtx-1080", targets.Keys);
        Assert.Matches(@"\n│ h100 +│ NVIDIA H100 80GB HBM3 +│ +9\.0 │ +132 │ +79\.10 GiB │ +([0-9,]+) of \1 │\n", (await Llmmem.Run("targets")).Quietly().Output);
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
