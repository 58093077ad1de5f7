using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A model folder with weights, which whatever runs it loads.</summary>
public sealed class WeightsTests : IDisposable
{
    private static readonly string[] Point = ["--dtype", "fp32", "--device", "cpu", "--prompt", "3", "--new-tokens", "2", "--json"];

    private readonly TemporaryFolder folder = new();

    private string Model => Path.Combine(folder.Path, "model");

    private string Logits(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public async Task A_saved_model_is_loaded_and_computes_the_same()
    {
        var saved = (await Llmmem.Run(["run", "tiny", .. Point, "--seed", "7", "--save-model", Model, "--save-logits", Logits("saved")])).Well().Json;
        Assert.Equal("random", saved.GetProperty("weights").GetProperty("source").GetString());

        var loaded = (await Llmmem.Run(["run", Model, .. Point, "--seed", "7", "--save-logits", Logits("loaded")])).Well().Json;
        Assert.Equal(File.ReadAllBytes(Logits("saved")), File.ReadAllBytes(Logits("loaded")));
        Assert.Equal(0, loaded.GetProperty("trace").GetProperty("differences").GetInt64());
        var weights = loaded.GetProperty("weights");
        Assert.Equal(("files", "model.safetensors", 561_152), (weights.GetProperty("source").GetString(), weights.GetProperty("files")[0].GetString(), weights.GetProperty("bytes").GetInt64()));

        var random = (await Llmmem.Run(["run", Model, .. Point, "--random-weights"])).Well().Json;
        Assert.Equal("random", random.GetProperty("weights").GetProperty("source").GetString());
        Assert.Contains("\nweights: model.safetensors, 548.00 KiB\n", (await Llmmem.Run("run", Model, "--device", "cpu", "--prompt", "3", "--new-tokens", "2")).Well().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_loads_them_in_each_of_its_workers_and_measures_other_models_too()
    {
        (await Llmmem.Run(["run", "tiny", .. Point, "--save-model", Model])).Well();
        folder.With("llama.json", """{"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":101,"num_key_value_heads":2}""");
        var plan = folder.With("plan.json", """{"grids":[{"model":["model","llama.json"],"dtype":"fp32","prompt":3,"new_tokens":2}]}""");
        (await Llmmem.Run("sweep", plan, "--device", "cpu", "--out", Path.Combine(folder.Path, "out"))).Well();

        var records = File.ReadLines(Path.Combine(folder.Path, "out", "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([("model", "files"), ("llama", "random")], records.Select(r => (r.GetProperty("model").GetProperty("name").GetString()!, r.GetProperty("weights").GetProperty("source").GetString()!)));
        Assert.All(records, record => Assert.Equal(0, record.GetProperty("trace").GetProperty("differences").GetInt64()));
    }

    /// <summary>As huggingface_hub lays it out: files are links to blobs.</summary>
    [Fact]
    public async Task A_model_of_Hugging_Faces_cache_is_found_by_its_name_and_a_folder_of_that_name_goes_first()
    {
        (await Llmmem.Run(["run", "tiny", .. Point, "--save-model", Model])).Well();
        var hub = Path.Combine(folder.Path, "hub", "models--some-org--mine");
        var snapshot = Directory.CreateDirectory(Path.Combine(hub, "snapshots", "607a30d783dfa663caf39e06633721c8d4cfcd7e")).FullName;
        Directory.CreateDirectory(Path.Combine(hub, "blobs"));
        Directory.CreateDirectory(Path.Combine(hub, "refs"));
        File.WriteAllText(Path.Combine(hub, "refs", "main"), "607a30d783dfa663caf39e06633721c8d4cfcd7e");
        foreach (var file in (string[])["config.json", "model.safetensors"])
        {
            File.Move(Path.Combine(Model, file), Path.Combine(hub, "blobs", file));
            File.CreateSymbolicLink(Path.Combine(snapshot, file), Path.Combine("../../blobs", file));
        }
        Assert.Equal("files", (await InCache(["run", "some-org/mine", .. Point])).Well().Json.GetProperty("weights").GetProperty("source").GetString());
        Assert.Equal(561_152, (await InCache(["model", "some-org/mine", "--json"])).Well().Json.GetProperty("checkpoint").GetProperty("bytes").GetInt64());
        (await InCache(["estimate", "some-org/mine"])).Well();
        var plan = folder.With("plan.json", """{"points":[{"model":"some-org/mine","dtype":"fp32","prompt":3,"new_tokens":2}]}""");
        (await InCache(["sweep", plan, "--dry-run", "--device", "cpu"])).Well();
        Directory.CreateDirectory(Path.Combine(folder.Path, "some-org", "mine"));
        (await InCache(["sweep", plan, "--dry-run", "--device", "cpu"])).Badly(2, "some-org/mine/config.json: no such file");
    }

    [Fact]
    public async Task A_plan_with_weights_that_are_not_loaded_is_refused_before_anything_is_measured()
    {
        Directory.CreateDirectory(Model);
        folder.With("model/config.json", """{"model_type":"gpt2","n_layer":1,"n_embd":8,"n_head":2,"vocab_size":9,"n_positions":128}""");
        folder.With("model/pytorch_model.bin", "");
        var plan = folder.With("plan.json", """{"points":[{"model":"model"}]}""");
        var output = Path.Combine(folder.Path, "out");

        foreach (var command in (string[][])[["sweep", plan, "--out", output], ["calibrate", "--plan", plan, "--out", Path.Combine(output, "p.json")]])
            (await Llmmem.Run(command)).Badly(2, "plan.json: points[0].model: ", "pytorch_model.bin", "--random-weights");
        Assert.False(Path.Exists(output));
        (await Llmmem.Run("sweep", plan, "--dry-run", "--device", "cpu", "--random-weights")).Well();
    }

    private Task<Ended> InCache(string[] arguments) =>
        Llmmem.Run(Llmmem.Command(arguments).WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", null).Set("HF_HUB_CACHE", null).Set("HF_HOME", folder.Path)));

    public void Dispose() => folder.Dispose();
}
