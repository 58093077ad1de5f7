using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A model folder with weights, which are not loaded: whatever would run it refuses.</summary>
public sealed class WeightsTests : IDisposable
{
    private static readonly string[] Point = ["--dtype", "fp32", "--device", "cpu", "--prompt", "3", "--new-tokens", "2", "--json"];

    private readonly TemporaryFolder folder = new();

    private string Model => Path.Combine(folder.Path, "model");

    [Fact]
    public async Task A_saved_model_is_run_again_only_where_random_weights_are_asked_for()
    {
        var saved = (await Llmmem.Run(["run", "tiny", .. Point, "--save-model", Model])).Well().Json;

        (await Llmmem.Run(["run", Model, .. Point])).Badly(2, Model, "contains weights (model.safetensors)", "use --random-weights");
        var again = (await Llmmem.Run(["run", Model, .. Point, "--random-weights"])).Well().Json;
        Assert.True(JsonElement.DeepEquals(saved.GetProperty("generated"), again.GetProperty("generated")));
        (await Llmmem.Run("estimate", Model)).Quietly();
    }

    [Fact]
    public async Task A_plan_with_such_a_folder_is_refused_before_anything_is_measured()
    {
        Directory.CreateDirectory(Model);
        folder.With("model/config.json", """{"model_type":"gpt2","n_layer":1,"n_embd":8,"n_head":2,"vocab_size":9,"n_positions":128}""");
        folder.With("model/pytorch_model.bin", "");
        var plan = folder.With("plan.json", """{"points":[{"model":"model"}]}""");
        var output = Path.Combine(folder.Path, "out");

        foreach (var command in (string[][])[["sweep", plan, "--out", output], ["calibrate", "--plan", plan, "--out", Path.Combine(output, "p.json")]])
            (await Llmmem.Run(command)).Badly(2, "plan.json: points[0].model: ", "pytorch_model.bin", "use --random-weights");
        Assert.False(Path.Exists(output));
        (await Llmmem.Run("sweep", plan, "--dry-run", "--device", "cpu", "--random-weights")).Well();
    }

    public void Dispose() => folder.Dispose();
}
