using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmMemProfiler.Cli.Tests;

public sealed class ValidateTests : IDisposable
{
    private static readonly string[] Bars = ["--max-tensor-differences", "0", "--min-equal-traces", "99", "--max-allocated-error", "0.5"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Committed_traces_pass_and_the_output_says_how_many_are_equal()
    {
        var ended = (await Llmmem.Run(["validate", Repository.Evidence("sweep"), .. Bars])).Well();
        var events = File.ReadLines(Path.Combine(Repository.Evidence("sweep"), "results.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("events").GetProperty("count").GetInt64()).ToList();
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{events.Count} of {events.Count} points match, {events.Count} in tensors; {events.Sum():N0} of {events.Sum():N0} allocations and frees match"),
            ended.Output, StringComparison.Ordinal);
        Assert.Contains("Trace gate passed.", ended.Output, StringComparison.Ordinal);
        var json = (await Llmmem.Run(["validate", Repository.Evidence("sweep"), .. Bars, "--json"])).Well().Json;
        Assert.True(json.GetProperty("trace_gate").GetProperty("passed").GetBoolean());
        Assert.Equal(events.Count, json.GetProperty("traces").GetProperty("whole").GetProperty("equal").GetInt32());
    }

    [Fact]
    public async Task One_tensor_more_fails_the_gate_and_names_the_operation()
    {
        var line = File.ReadLines(Repository.Evidence(Path.Combine("sweep", "results.jsonl"))).First();
        var results = folder.With("results.jsonl", System.Text.RegularExpressions.Regex.Replace(
            line, @"""tensor_differences"":0,""differences"":0,""first"":\[\]",
            """
            "tensor_differences":1,"differences":1,"first":[{"where":"prefill, layer 0, Gelu (activations)","expected_bytes":[64],"seen_bytes":[128],"in_tensors":true,"count":1}]
            """.Trim()) + "\n");
        var ended = await Llmmem.Run("validate", results, "--max-tensor-differences", "0");
        Assert.Equal(1, ended.Code);
        Assert.Contains("Trace gate FAILED: tensors differ in 1 operations at 1 points, above 0.", ended.Output, StringComparison.Ordinal);
        Assert.Contains("prefill, layer 0, Gelu (activations): expected +64 B, measured +128 B", ended.Output, StringComparison.Ordinal);
        (await Llmmem.Run("validate", results)).Well();
    }

    /// <summary>The committed profile with 20 MiB more context: what was measured then has moved by that.</summary>
    [Fact]
    public async Task A_constant_that_moved_too_far_fails_and_is_named()
    {
        var profile = JsonNode.Parse(await File.ReadAllBytesAsync(Repository.Evidence("profile.json"), TestContext.Current.CancellationToken))!;
        var context = profile["context"]!["value_bytes"]!.GetValue<long>();
        profile["context"]!["value_bytes"] = context + (20 << 20);
        string[] arguments = ["validate", Repository.Evidence("sweep"), "--against", folder.With("older.json", profile.ToJsonString()), "--max-drift"];

        var ended = await Llmmem.Run([.. arguments, "2%"]);
        Assert.Equal(1, ended.Code);
        Assert.EndsWith("Drift gate FAILED: moved by more than 2 %: context (-20.00 MiB).\n", ended.Output, StringComparison.Ordinal);
        ended = await Llmmem.Run([.. arguments, "2%", "--json"]);
        Assert.Equal(1, ended.Code);
        Assert.Equal("context", Assert.Single(ended.Json.GetProperty("drift").GetProperty("failed").EnumerateArray()).GetString());

        Assert.EndsWith("Drift gate passed: no constant moved by more than 20.00 MiB.\n", (await Llmmem.Run([.. arguments, "20MiB"])).Well().Output, StringComparison.Ordinal);
        (await Llmmem.Run([.. arguments[..^1], "--json"])).Well();
    }

    [Fact]
    public async Task A_limit_on_drift_needs_what_it_drifted_from() =>
        (await Llmmem.Run("validate", Repository.Evidence("sweep"), "--max-drift", "2%")).Badly(2, "--max-drift needs --against");

    [Theory]
    [InlineData("--max-drift 2", "bad --max-drift '2'", "2% or 8MiB")]
    [InlineData("--max-tensor-differences -1", "bad --max-tensor-differences '-1'", "an integer from 0 up")]
    [InlineData("--min-equal-traces all", "bad --min-equal-traces 'all'", "a percentage")]
    public async Task Bad_input(string line, params string[] words) =>
        (await Llmmem.Run(["validate", "results", .. line.Split(' ')])).Badly(2, words);
}
