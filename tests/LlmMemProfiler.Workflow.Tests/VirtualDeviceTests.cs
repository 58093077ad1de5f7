using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>The program on GPUs that are not there: the real libtorch decides, and the predictions have to be right.</summary>
public sealed class VirtualDeviceTests(CudaLibTorch libtorch, VirtualGpu other) : IClassFixture<VirtualGpu>
{
    private static readonly string[] Tiny = ["run", "tiny", "--prompt", "64", "--new-tokens", "4"];

    [Theory]
    [InlineData("virtual:h100", null, null)]
    [InlineData("virtual:t4", "CUBLAS_WORKSPACE_CONFIG", ":16:8")]
    [InlineData("virtual:2xa100-80", "CUBLASLT_WORKSPACE_SIZE", "16384")]
    [InlineData("virtual:rtx-4090:20GiB", "TORCH_CUBLASLT_UNIFIED_WORKSPACE", "1")]
    [InlineData("virtual:sm_120:46:12GiB", "TORCH_BLAS_PREFER_CUBLASLT", "1")]
    [InlineData("virtual:b200", "PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")]
    [InlineData("virtual:l40s", "PYTORCH_ALLOC_CONF", "roundup_power2_divisions:[1:8,2:2,>:4],max_split_size_mb:20,pinned_use_background_threads:True")]
    [InlineData("virtual:a100-80", "PYTORCH_CUDA_ALLOC_CONF", "per_process_memory_fraction:0.0004,garbage_collection_threshold:0.5,max_split_size_mb:24,expandable_segments:True")]
    public async Task Every_allocation_and_every_level_is_predicted(string device, string? name, string? value)
    {
        var record = (await Run(name is null ? null : (name, value!), [.. Tiny, "--device", device, "--json"])).Well().Json;
        RequireEqual(record);
        Assert.Equal("virtual", record.GetProperty("device").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Gpt2_is_predicted_too()
    {
        var record = (await Run(null, ["run", "gpt2", "--random-weights", "--device", "virtual:h100", "--json"])).Well().Json;
        RequireEqual(record);
        Assert.Equal(27_054, record.GetProperty("trace").GetProperty("measured_events").GetInt64());
    }

    /// <summary>What another stand-in for CUDA leads libtorch to, byte for byte.</summary>
    [Theory]
    [InlineData("fp16", "preallocated")]
    [InlineData("int8", "concat")]
    public async Task Another_stand_in_leads_to_the_same_bytes(string type, string cache)
    {
        string[] run = [.. Tiny, "--dtype", type, "--cache", cache, "--batch", "2", "--json"];
        var own = (await Run(null, [.. run, "--device", "virtual:a100-80"])).Well().Json;
        var others = (await other.Run(null, [.. run, "--device", "cuda:0"])).Well().Json;
        foreach (var level in (string[])["tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes", "tensor_parts"])
            Assert.Equal(others.GetProperty("measured").GetProperty(level).ToString(), own.GetProperty("measured").GetProperty(level).ToString());
        Assert.Equal(others.GetProperty("events").GetProperty("count").GetInt64(), own.GetProperty("events").GetProperty("count").GetInt64());
        Assert.Equal(others.GetProperty("trace").ToString(), own.GetProperty("trace").ToString());
    }

    [Fact]
    public async Task What_nobody_computed_is_null_and_never_zero()
    {
        var record = (await Run(null, [.. Tiny, "--device", "virtual:h100", "--virtual-context", "500MiB", "--json"])).Well().Json;
        var measured = record.GetProperty("measured");
        foreach (var part in (string[])["context_bytes", "modules_bytes", "residual_bytes"])
            Assert.False(measured.GetProperty("parts").TryGetProperty(part, out var bytes) && bytes.ValueKind != JsonValueKind.Null, part);
        Assert.Equal(JsonValueKind.Null, measured.GetProperty("device_peak_bytes").ValueKind);
        Assert.All(record.GetProperty("timing").EnumerateObject(), time => Assert.Equal(JsonValueKind.Null, time.Value.ValueKind));
        Assert.All(measured.GetProperty("phases").EnumerateArray(), phase => Assert.Equal(JsonValueKind.Null, phase.GetProperty("seconds").ValueKind));
        Assert.Equal(0, record.GetProperty("generated").GetArrayLength());
        Assert.DoesNotContain(measured.GetProperty("unknown").EnumerateArray(), line => line.GetString()!.StartsWith("context", StringComparison.Ordinal));
        Assert.Equal(("h100", 500L << 20), (Made("gpu").GetString(), Made("context_bytes").GetInt64()));

        JsonElement Made(string field) => record.GetProperty("cuda").GetProperty("virtual").GetProperty(field);
    }

    [Fact]
    public async Task The_text_says_virtual_and_what_is_not_known()
    {
        var text = (await Run(null, [.. Tiny, "--device", "virtual:h100"])).Well().Output;
        Assert.Contains("NVIDIA H100 80GB HBM3 (virtual)", text, StringComparison.Ordinal);
        Assert.Contains("no times, no tokens and no device total", text, StringComparison.Ordinal);
        Assert.DoesNotContain("measured", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tokens/s", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tokens: ", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// At the very operation, with a context earlier. On the way out, the pass frees two hidden states (8 × 512 × 768 in FP16), and loading all
    /// but the workspaces of cuBLAS and cuBLASLt (8,519,680 and 1,048,576 bytes).
    /// </summary>
    [Theory]
    [InlineData("0MiB", "prefill, Linear (logits)", 429_733_376, 12_582_912)]
    [InlineData("400MiB", "load, Zeros (kv_cache)", 398_169_088, 398_169_088 - 8_519_680 - 1_048_576)]
    public async Task Out_of_memory_comes_where_it_is_predicted(string context, string at, long allocated, long freed)
    {
        var record = (await Run(null, [
            "run", "gpt2", "--random-weights", "--batch", "8", "--prompt", "512", "--new-tokens", "2", "--logits", "all",
            "--device", "virtual:rtx-4090:800MiB", "--virtual-context", context, "--json"])).Well().Json;
        Assert.Equal("oom", record.GetProperty("status").GetString());
        var moment = record.GetProperty("out_of_memory");
        Assert.Equal((at, allocated), (moment.GetProperty("at").GetString(), moment.GetProperty("allocated_bytes").GetInt64()));
        Assert.Equal(0, record.GetProperty("trace").GetProperty("differences").GetInt64());
        Assert.Equal(freed, record.GetProperty("trace").GetProperty("unwinding").GetProperty("freed_bytes").GetInt64());
    }

    /// <summary>In the middle of operations that give back something first.</summary>
    [Theory]
    [InlineData("200MiB")]
    [InlineData("293MiB")]
    public async Task What_is_freed_on_the_way_out_is_no_difference(string total)
    {
        var record = (await Run(null, ["run", "gpt2", "--random-weights", "--device", $"virtual:h100:{total}", "--json"])).Well().Json;
        Assert.Equal("oom", record.GetProperty("status").GetString());
        Assert.Equal(0, record.GetProperty("trace").GetProperty("differences").GetInt64());
        Assert.Equal(
            record.GetProperty("events").GetProperty("count").GetInt64(),
            record.GetProperty("trace").GetProperty("measured_events").GetInt64() + record.GetProperty("trace").GetProperty("unwinding").GetProperty("frees").GetInt64());
    }

    [Fact]
    public async Task Its_records_are_validated_by_themselves_and_fit_nothing()
    {
        using var folder = new TemporaryFolder();
        (await Run(null, [.. Tiny, "--device", "virtual:h100", "--out", folder.Path])).Well();
        var text = (await Llmmem.Run("validate", folder.Path, "--max-tensor-differences", "0", "--min-equal-traces", "100", "--max-allocated-error", "0")).Well().Output;
        Assert.Contains("predicted against virtual: 1 of 1 points match", text, StringComparison.Ordinal);
        (await Llmmem.Run("validate", folder.Path, "--max-median", "1")).Badly(2, "device totals", "virtual GPU");
        (await Llmmem.Run("calibrate", folder.Path)).Badly(2, "virtual GPU, which has no device total");
        (await Llmmem.Run([.. Tiny, "--device", "cpu", "--out", folder.Path])).Well();
        (await Llmmem.Run("validate", folder.Path)).Badly(2, "pass those of one kind");
        (await Llmmem.Run("calibrate", folder.Path)).Badly(2, "pass those of one kind");
    }

    /// <summary>Of the functions, cuDNN's need not be there, and cudaMalloc has to.</summary>
    [Fact]
    public async Task The_doctor_examines_one_and_does_not_call_failed_what_is_not_computed()
    {
        var ended = await Run(null, ["doctor", "--device", "virtual:h100", "--json"]);
        Assert.True(ended.Code == 0, ended.Error);
        Assert.True(ended.Json.GetProperty("can_run").GetBoolean());
        foreach (var (what, state, found) in (IEnumerable<(string, string, string)>)
            [
                ("virtual:h100", "good", "NVIDIA H100 80GB HBM3, capability 9.0, 132 multiprocessors"),
                ("allocation hook, virtual:h100", "good", "multiples of 512 bytes"),
                ("allocator statistics, virtual:h100", "good", "reserved"),
                ("operations, virtual:h100 fp16", "absent", "not computed here"),
                ("operations, cpu fp16", "good", "agree with the CPU's FP32"),
                ("CUDA's functions", "absent", "libcudnn.so.9"),
            ])
        {
            var finding = Finding(ended.Json, what);
            Assert.Equal((what, state), (what, finding.GetProperty("state").GetString()));
            Assert.Contains(found, finding.GetProperty("found").GetString(), StringComparison.Ordinal);
        }
        var missing = ended.Json.GetProperty("not_built").EnumerateArray().Select(name => name.GetString()).ToList();
        Assert.Contains("cudnnCreate", missing);
        Assert.DoesNotContain("cudaMalloc", missing);
        Assert.Equal(0, ended.Json.GetProperty("gpus").GetArrayLength());
        Assert.DoesNotContain(ended.Json.GetProperty("findings").EnumerateArray(), f => f.GetProperty("what").GetString() == "NVIDIA driver");
        Assert.Contains("\nready: llmmem run gpt2 --random-weights --device virtual:t4 --libtorch ", (await Run(null, ["doctor", "--device", "virtual:t4"])).Well().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_one_from_working_fails_the_doctor()
    {
        (await Llmmem.Run("doctor", "--device", "cuda:0")).Badly(2, "--device cuda:0", "such as virtual:h100");
        var cpuOnly = await Llmmem.Run("doctor", "--device", "virtual:h100", "--json");
        Assert.Equal(3, cpuOnly.Code);
        Assert.Contains("built without CUDA", Finding(cpuOnly.Json, "libtorch").GetProperty("found").GetString(), StringComparison.Ordinal);
        var hidden = await Run(("CUDA_VISIBLE_DEVICES", "-1"), ["doctor", "--device", "virtual:h100"]);
        Assert.Equal(3, hidden.Code);
        Assert.EndsWith("try: env -u CUDA_VISIBLE_DEVICES llmmem doctor --device virtual:h100\n", hidden.Output, StringComparison.Ordinal);
        var silent = await Run(("PYTORCH_NO_CUDA_MEMORY_CACHING", "1"), ["doctor", "--device", "virtual:h100", "--json"]);
        Assert.Equal((3, "failed"), (silent.Code, Finding(silent.Json, "allocation hook, virtual:h100").GetProperty("state").GetString()));
    }

    private static JsonElement Finding(JsonElement diagnosis, string what) =>
        diagnosis.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("what").GetString() == what);

    /// <summary>profiles/overheads.tsv has context and modules of an H100, and nothing of a card by hand.</summary>
    [Fact]
    public async Task A_report_on_it_says_virtual_and_whose_context_a_total_has()
    {
        using var folder = new TemporaryFolder();
        var report = Path.Combine(folder.Path, "report");
        var trace = Path.Combine(folder.Path, "trace.json");
        (await Run(null, [.. Tiny, "--device", "virtual:h100", "--out", folder.Path, "--trace", trace])).Well();
        (await Run(null, [.. Tiny, "--device", "virtual:sm_90:100:20GiB", "--out", folder.Path])).Well();
        var json = (await Llmmem.Run("report", folder.Path, "--out", report, "--json")).Well().Json;
        Assert.Equal((2, 2, 2), (json.GetProperty("records").GetInt32(), json.GetProperty("ok").GetInt32(), json.GetProperty("virtual").GetInt32()));
        var summary = await File.ReadAllTextAsync(Path.Combine(report, "report.md"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("measured", summary, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("With context 0.41 to 0.60 GiB (5 sources, H100), modules 0.07 to 0.46 GiB (5 sources, H100), from others' figures", summary, StringComparison.Ordinal);
        Assert.Contains("there is no total", summary, StringComparison.Ordinal);
        Assert.StartsWith($"{trace}, virtual: ", (await Llmmem.Run("replay", trace)).Well().Output, StringComparison.Ordinal);
        var refused = Path.Combine(folder.Path, "refused");
        (await Llmmem.Run("report", folder.Path, "--profile", "cpu-epyc-2", "--out", refused)).Badly(2, "which is no NVIDIA H100");
        Assert.False(Directory.Exists(refused));
    }

    /// <summary>Two points that fit, and one that runs out of memory; none is run twice.</summary>
    [Fact]
    public async Task A_sweep_goes_to_its_last_point_and_on_from_there()
    {
        using var folder = new TemporaryFolder();
        var plan = folder.With("plan.json", """
            { "grids": [{ "model": "tiny", "batch": [1, 2], "prompt": 16, "new_tokens": 4 }, { "model": "gpt2-xl", "prompt": 16, "new_tokens": 2 }] }
            """);
        var output = Path.Combine(folder.Path, "out");
        string[] sweep = ["sweep", plan, "--device", "virtual:t4:600MiB", "--out", output, "--no-skip", "--json"];
        var first = (await Run(null, sweep)).Well().Json;
        Assert.Equal("virtual", first.GetProperty("device_kind").GetString());
        var records = File.ReadAllLines(Path.Combine(output, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["ok", "ok", "oom"], records.Select(r => r.GetProperty("status").GetString()));
        Assert.All(records, r => Assert.Equal("virtual", r.GetProperty("device").GetProperty("kind").GetString()));
        (await Run(null, [.. sweep, "--resume"])).Well();
        Assert.Equal(3, File.ReadAllLines(Path.Combine(output, "results.jsonl")).Length);
        (await Llmmem.Run("calibrate", output)).Badly(2, "virtual GPU, which has no device total");
    }

    /// <summary>It needs 36 MiB; the guide's constant alone is more than the card has.</summary>
    [Fact]
    public async Task A_sweep_skips_nothing_that_a_run_has_room_for()
    {
        using var folder = new TemporaryFolder();
        var plan = folder.With("plan.json", """{ "grids": [{ "model": "tiny", "prompt": 16, "new_tokens": 2 }] }""");
        var record = (await Run(null, ["sweep", plan, "--device", "virtual:h100:64MiB", "--out", Path.Combine(folder.Path, "out"), "--json"])).Well().Json;
        Assert.Equal(1, record.GetProperty("counts").GetProperty("ok").GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    public async Task A_hidden_GPU_is_not_found(string visible) =>
        (await Run(("CUDA_VISIBLE_DEVICES", visible), [.. Tiny, "--device", "virtual:h100"])).Badly(3, "CUDA_VISIBLE_DEVICES");

    [Fact]
    public async Task Without_CUDAs_part_of_libtorch_it_is_said_how_to_get_it() =>
        (await Llmmem.Run([.. Tiny, "--device", "virtual:h100"])).Badly(3, "built without CUDA", "pip install torch");

    [Fact]
    public async Task What_cannot_take_one_refuses_it()
    {
        using var folder = new TemporaryFolder();
        (await Llmmem.Run("sweep", "quick", "--device", "virtual:h100,virtual:h100", "--out", folder.Path)).Badly(2, "virtual:h100 cannot be combined");
        (await Run(null, ["calibrate", "--device", "virtual:h100", "--out", Path.Combine(folder.Path, "profile.json")])).Badly(2, "virtual GPU has no device total");
        (await Llmmem.Run("hook-cost", "tiny", "--device", "virtual:h100")).Badly(2, "has no times");
        (await Llmmem.Run([.. Tiny, "--device", "cpu", "--virtual-context", "1GiB"])).Badly(2, "cpu is no virtual GPU");
        (await Llmmem.Run([.. Tiny, "--device", "virtual:h100", "--virtual-context", "80GiB"])).Badly(2, "below the GPU's");
    }

    /// <summary>Shapes, types, caches and cards at random, always the same ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_random_point_is_predicted(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var (heads, headDim) = (random.Next(1, 9), 8 * random.Next(1, 17));
        var config = folder.With("config.json", $$"""
            { "model_type": "gpt2", "n_layer": {{random.Next(1, 4)}}, "n_head": {{heads}}, "n_embd": {{heads * headDim}}, "vocab_size": {{random.Next(64, 60_000)}}, "n_positions": 2048 }
            """);
        string[] run = [
            "run", config, "--device", $"virtual:{Of("t4", "a100-80", "rtx-3090", "l4", "h100", "b200", "rtx-5090")}", "--dtype", Of("fp16", "fp32", "int8"), "--cache", Of("preallocated", "concat", "paged"),
            "--batch", $"{random.Next(1, 5)}", "--prompt", $"{random.Next(1, 700)}", "--new-tokens", $"{random.Next(1, 5)}", "--attention", Of("fused", "math"), "--logits", Of("last", "all"), "--json"];
        RequireEqual((await Run(null, run)).Well().Json, string.Join(' ', run));

        string Of(params string[] values) => values[random.Next(values.Length)];
    }

    private static void RequireEqual(JsonElement record, string? point = null)
    {
        var (measured, predicted) = (record.GetProperty("measured"), record.GetProperty("estimates")[2]);
        foreach (var level in (string[])["tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes"])
            Assert.Equal((point, level, measured.GetProperty(level).GetInt64()), (point, level, predicted.GetProperty(level).GetInt64()));
        Assert.Equal((point, 0), (point, record.GetProperty("trace").GetProperty("differences").GetInt64()));
    }

    private Task<Ended> Run((string Name, string Value)? variable, string[] arguments)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        return Llmmem.Run(Llmmem.Command([.. arguments, "--libtorch", libtorch.Libraries]).WithEnvironmentVariables(e =>
        {
            e.Set("LLMMEM_LIBTORCH", null).Set("LD_LIBRARY_PATH", null).Set("COLUMNS", "400");
            if (variable is var (name, value))
                e.Set(name, value);
        }));
    }
}
