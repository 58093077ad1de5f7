using System.Text.Json;

namespace LlmMemProfiler.Cli.Tests;

public sealed class CalibrateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Measures, fits and draws, and after a kill goes on where it was: the second time there is nothing left to measure.</summary>
    [Fact]
    public async Task Without_results_it_measures_fits_and_draws_in_one_go()
    {
        var plan = folder.With("plan.json", """
            {"grids":[{"model":"tiny","dtype":["fp32","fp16"],"attention":["fused","math"],"batch":[1,2,3],"prompt":4,"new_tokens":2}]}
            """);
        var file = Path.Combine(folder.Path, "mine", "profile.json");
        string[] arguments = ["calibrate", "--plan", plan, "--device", "cpu", "--out", file];
        var ended = (await Llmmem.Run(arguments)).Well();
        Assert.Contains("Device total on held-out points:", ended.Output, StringComparison.Ordinal);
        Assert.Contains("12/12  ok", ended.Error, StringComparison.Ordinal);
        Assert.Contains("report: ", ended.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "mine", "report", "report.html")));
        var profile = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        Assert.Equal(12, profile.GetProperty("counts").GetProperty("read").GetInt32());

        var results = Path.Combine(folder.Path, "mine", "results.jsonl");
        var whole = File.ReadAllBytes(results);
        (await Llmmem.Run(arguments)).Well();
        Assert.Equal(whole, File.ReadAllBytes(results));

        var estimate = (await Llmmem.Run("estimate", "tiny", "--prompt", "4", "--new-tokens", "2", "--profile", file, "--json")).Quietly().Json;
        Assert.NotEqual(JsonValueKind.Null, estimate.GetProperty("estimates")[2].GetProperty("high_bytes").ValueKind);
    }

    [Fact]
    public async Task The_committed_profile_is_what_the_committed_evidence_gives()
    {
        var made = (await Llmmem.Run("calibrate", Repository.Evidence("sweep"), "--json")).Well().Json;
        var committed = JsonDocument.Parse(await File.ReadAllBytesAsync(Repository.Evidence("profile.json"), TestContext.Current.CancellationToken));
        foreach (var property in committed.RootElement.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(property.Value, made.GetProperty(property.Name)), $"{property.Name}: {made.GetProperty(property.Name)}");
    }
}
