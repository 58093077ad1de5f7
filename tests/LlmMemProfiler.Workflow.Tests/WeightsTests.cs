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

        // The prompt is the seed's, the weights are not.
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
    public async Task A_sweep_loads_them_in_each_of_its_workers()
    {
        (await Llmmem.Run(["run", "tiny", .. Point, "--save-model", Model])).Well();
        var plan = folder.With("plan.json", """{"points":[{"model":"model","dtype":"fp32","prompt":3,"new_tokens":2}]}""");
        (await Llmmem.Run("sweep", plan, "--device", "cpu", "--out", Path.Combine(folder.Path, "out"))).Well();

        using var record = JsonDocument.Parse(File.ReadLines(Path.Combine(folder.Path, "out", "results.jsonl")).Single());
        Assert.Equal("files", record.RootElement.GetProperty("weights").GetProperty("source").GetString());
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

    public void Dispose() => folder.Dispose();
}
