using System.Text;
using System.Text.Json;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Virtual;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Reports;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using LlmMemProfiler.Reports.Traces;

namespace LlmMemProfiler.Fuzz.Tests;

/// <summary>An example of an input, and what the commands do with one.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Example">A good one.</param>
/// <param name="Use">Reads a file, and does what the commands do with what was read.</param>
/// <param name="Weight">How often it is drawn: what is used fast can be tried often.</param>
internal sealed record Target(string Name, byte[] Example, Action<string> Use, int Weight = 1)
{
    private static readonly string Sources = Path.Combine(Repository.Root, "profiles");

    private static readonly string[] Lines = [.. File.ReadLines(Repository.Evidence(Path.Combine("sweep", "results.jsonl"))).OrderBy(line => line.Length).Take(3)];

    private static readonly HardwareProfile Profile = HardwareProfiles.Find("cpu-epyc-2");

    private static readonly CalibrationInput Measured = CalibrationInput.ReadFiles([Repository.Evidence("results.jsonl")], isSkipping: false);

    private static readonly (ModelSpec Model, Workload Workload) Point = (ModelPresets.Find("gpt2-large"), new() { Batch = 8, Prompt = 500, NewTokens = 500 });

    private static readonly IReadOnlyList<MemoryEstimate> Estimates = Estimators.All(Point.Model, new() { Prompt = 8, NewTokens = 2 });

    /// <summary>All kinds of input.</summary>
    /// <param name="folder">For a trace and a report.</param>
    public static IReadOnlyList<Target> All(string folder) =>
    [
        new("a report", Encoding.UTF8.GetBytes(Lines[0]), path => AReport(path, Path.Combine(folder, "report")), Weight: 10),
        new("records", Encoding.UTF8.GetBytes(string.Join('\n', Lines) + "\n"), Records, Weight: 10),
        new("a record", Encoding.UTF8.GetBytes(Lines[0]), OneRecord, Weight: 20),
        new("a profile", File.ReadAllBytes(Repository.Evidence("profile.json")), AProfile, Weight: 100),
        new("a model", File.ReadAllBytes(Path.Combine(Sources, "models", "tiny-gqa.json")), path => Estimate(ModelFile.Read(path)), Weight: 200),
        new("a GPT-2 configuration", """{"model_type":"gpt2","n_layer":2,"n_embd":64,"n_head":4,"vocab_size":100,"n_positions":64,"torch_dtype":"float16"}"""u8.ToArray(), path => Estimate(ModelFile.Read(path)), Weight: 200),
        .. Configs.Select(config => new Target($"a configuration of {config.Family}", Encoding.UTF8.GetBytes(config.Json), path => Count(ModelFile.Read(path)), Weight: 60)),
        new("a safetensors header", Safetensors(), path => _ = SafetensorsHeader.Read(path).Count, Weight: 60),
        new("a GGUF header", Gguf(), path => _ = GgufHeader.Read(path).Count, Weight: 60),
        new("a plan", File.ReadAllBytes(Path.Combine(Sources, "sweeps", "quick.json")), path => APlan(File.ReadAllBytes(path)), Weight: 40),
        new("GPUs", File.ReadAllBytes(Path.Combine(Sources, "gpus.json")), path => _ = GpuTable.Read(File.ReadAllBytes(path)).Cards.Count, Weight: 40),
        new("checked points", File.ReadAllBytes(Path.Combine(Sources, "virtual", "points.tsv")), path => _ = CheckedPointsTable.Read(File.ReadAllBytes(path)).Count, Weight: 40),
        new("overheads", File.ReadAllBytes(Path.Combine(Sources, "overheads.tsv")), path => _ = OverheadTable.Read(File.ReadAllBytes(path)).Count, Weight: 40),
        new("a trace", Trace(folder), ATrace, Weight: 20),
    ];

    /// <summary>Configs of models that differ much: windows, latent attention, experts, states, lists by layer, quantized weights.</summary>
    private static readonly (string Family, string Json)[] Configs =
    [
        ("Llama", """{"model_type":"llama","hidden_size":64,"intermediate_size":128,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":100,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64},"quantization_config":{"quant_method":"gptq","bits":4,"group_size":32,"desc_act":true},"torch_dtype":"bfloat16"}"""),
        ("Gemma 3", """{"model_type":"gemma3","text_config":{"model_type":"gemma3_text","hidden_size":64,"intermediate_size":128,"num_hidden_layers":6,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":16,"sliding_window":8,"sliding_window_pattern":3,"vocab_size":100},"vision_config":{"hidden_size":8}}"""),
        ("DeepSeek", """{"model_type":"deepseek_v3","hidden_size":64,"intermediate_size":128,"moe_intermediate_size":32,"num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":4,"q_lora_rank":16,"kv_lora_rank":16,"qk_nope_head_dim":8,"qk_rope_head_dim":8,"v_head_dim":8,"n_routed_experts":4,"n_shared_experts":1,"num_experts_per_tok":2,"first_k_dense_replace":1,"vocab_size":100,"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]}}"""),
        ("Nemotron-H", """{"model_type":"nemotron_h","hidden_size":64,"intermediate_size":128,"num_hidden_layers":4,"hybrid_override_pattern":"M-*M","num_attention_heads":4,"num_key_value_heads":2,"attention_head_dim":16,"mamba_num_heads":4,"mamba_head_dim":16,"n_groups":2,"ssm_state_size":8,"conv_kernel":4,"vocab_size":100}"""),
    ];

    /// <summary>What a config describes, to the tensor, and what is estimated of it.</summary>
    private static void Count(ModelSpec model)
    {
        Counted(model, () => ModelRecord.Of(model, DataType.BFloat16, 100));
        Estimate(model);
    }

    private static void Counted(ModelSpec model, Action count)
    {
        try
        {
            count();
        }
        catch (OverflowException e)
        {
            throw new InputException($"{model.Name} exceeds 64-bit counts", e);
        }
    }

    private static byte[] Safetensors()
    {
        var header = """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[12,16]}}"""u8;
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[16]];
    }

    private static byte[] Gguf()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write("GGUF"u8);
            writer.Write(3u);
            writer.Write(1UL);
            writer.Write(2UL);
            Name("general.alignment");
            writer.Write(4u);
            writer.Write(32u);
            Name("tokens");
            writer.Write(9u);
            writer.Write(8u);
            writer.Write(2UL);
            Name("a");
            Name("b");
            Name("w");
            writer.Write(2u);
            writer.Write(256UL);
            writer.Write(2UL);
            writer.Write(12u);
            writer.Write(0UL);
            writer.Write(new byte[32 - (bytes.Length % 32) + 288]);

            void Name(string text)
            {
                writer.Write((ulong)text.Length);
                writer.Write(Encoding.ASCII.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }

    private static void Records(string path)
    {
        foreach (var isSkipping in (bool[])[true, false])
        {
            var input = CalibrationInput.ReadFiles([path], isSkipping);
            Predict(input.Points);
            _ = TraceValidations.Of(input.Traces);
            _ = Validation.Warnings(Profile, input);
        }
    }

    private static void OneRecord(string path)
    {
        GiveItsId(path);
        var records = new ResultsReader(isSkipping: true).Read([path]).ToList();
        foreach (var record in records)
        {
            _ = MemoryPlot.Svg(record).Length;
            _ = HardwareKey.Of(record).DifferencesFrom(Profile.Hardware);
            _ = JsonSerializer.Serialize(record, RecordJson.Default.RunRecord);
        }
        _ = ReportData.Of(records, null).All.Count;
        _ = EvidenceClaims.Of(records).Ok;
        Records(path);
    }

    /// <summary>All pictures and pages: a third of a second each, so seldom.</summary>
    private static void AReport(string path, string folder)
    {
        GiveItsId(path);
        var data = ReportData.Of(new ResultsReader(isSkipping: true).Read([path]), Profiled);
        if (data.All.Count == 0)
            throw new InputException("no records");
        Report.Write(ReportFolder.Open(folder), data, new() { GuideConstant = Profile.Overhead.Value });

        IReadOnlyList<MemoryEstimate> Profiled(RunRecord record) => [.. record.Estimates.Select(e => Profile.Apply(e, record.Model, record.Workload))];
    }

    /// <summary>Most mutations of a point give it another id: with its own one, it comes further.</summary>
    private static void GiveItsId(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), RecordJson.Default.RunRecord);
            if (record is { Model: not null, Host.Environment: not null })
                File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(record with { PointId = record.Key.Id }, RecordJson.Default.RunRecord));
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            // The reader has to say so.
        }
    }

    private static void Predict(IReadOnlyList<CalibrationPoint> points)
    {
        _ = Validation.Of(points, Profile);
        if (points.Count > 0)
            _ = GuideConstant.Fit(points);
    }

    private static void AProfile(string path)
    {
        var profile = HardwareProfiles.Find(path);
        foreach (var estimate in Estimates)
            _ = profile.Apply(estimate, ModelFacts.Of(Point.Model), WorkloadFacts.Of(Point.Workload));
        _ = Validation.Of(Measured.Points, profile);
        _ = Validation.Warnings(profile, Measured);
        _ = Drift.Between(profile, Profile, Measured.Points);
        _ = JsonSerializer.Serialize(ProfileRow.Of(profile, isInstalled: true, isHere: false));
        _ = JsonSerializer.Serialize(profile, ProfileJson.Default.HardwareProfile);
    }

    /// <summary>A model is simulated where that takes no time worth telling.</summary>
    private static void Estimate(ModelSpec model)
    {
        var workload = new Workload { Prompt = 1, NewTokens = 1 }.ValidatedFor(model);
        if (model.Layers <= 64)
            _ = Estimators.All(model, workload).Sum(e => (double)e.Total.Bytes);
    }

    private static void APlan(byte[] json)
    {
        var plan = SweepPlan.Read(json, "plan.json", "plan", folder: null);
        if (plan.Points.Count <= 100)
            _ = SweepJob.Of(plan.Points, 1, DeviceKind.Cpu, "").Count;
    }

    private static void ATrace(string path)
    {
        foreach (var process in Enum.GetValues<TraceProcess>())
        {
            var replay = Replay.Of(sink => TraceReader.Read(path, process, sink), new() { Capacity = new(1L << 40) });
            foreach (var phase in replay.Allocator.Steps.GroupBy(s => s.Phase))
                _ = ReplayPhase.Of([.. phase]);
            _ = ReplayMoment.Of(replay.Allocator.AllocatedPeak);
            _ = replay.MapAt(replay.Allocator.ReservedPeak);
        }
    }

    private static byte[] Trace(string folder)
    {
        var path = Path.Combine(folder, "example.json");
        var decode = new List<Core.Allocation.AllocationEvent>();
        SymbolicRun.Decode(ModelPresets.Find("tiny"), new() { Prompt = 2, NewTokens = 2 }, new Kept(decode));
        using (var file = new OutputFile(path))
        {
            var nothing = new Timeline { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] };
            TraceFile.Write(file, DeviceKind.Cpu, nothing, decode, sink => decode.ForEach(e => sink.Add(e)), 0);
        }
        return File.ReadAllBytes(path);
    }

    private sealed class Kept(List<Core.Allocation.AllocationEvent> events) : Core.Allocation.IAllocationSink
    {
        public void Add(in Core.Allocation.AllocationEvent e) => events.Add(e);
    }
}
