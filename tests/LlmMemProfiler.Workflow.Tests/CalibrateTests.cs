using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Tests.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class CalibrateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Measures, fits and draws, and after a kill goes on where it was: the second time there is nothing left to measure.</summary>
    [Fact]
    public async Task Without_results_it_measures_fits_and_draws_in_one_go()
    {
        var plan = folder.With("plan.json", """
            {"grids":[{"model":"tiny","dtype":["fp32","fp16"],"attention":["fused","math"],"prompt":[3,8],"new_tokens":2}],
             "points":[{"model":"tiny","batch":2,"prompt":3,"new_tokens":2}]}
            """);
        var file = Path.Combine(folder.Path, "mine", "profile.json");
        string[] arguments = ["calibrate", "--plan", plan, "--device", "cpu", "--out", file];
        var ended = (await Llmmem.Run(arguments)).Well();
        Assert.Contains("Device total on held-out points:", ended.Output, StringComparison.Ordinal);
        Assert.Contains("9/9  ok", ended.Error, StringComparison.Ordinal);
        var results = Path.Combine(folder.Path, "mine", "results.jsonl");
        var page = Path.Combine(folder.Path, "mine", "report", "report.html");
        Assert.Contains($"\nrecords: {results}\nprofile: {file}\nreport: {page}\ninstalled: ", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"llmmem: plan plan gives \d points for the interval, which promise at most \d\d %; 95 % takes 19, as in plan standard\n", ended.Error);
        Assert.True(File.Exists(page));
        var profile = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        Assert.Equal(9, profile.GetProperty("counts").GetProperty("read").GetInt32());

        var whole = File.ReadAllBytes(results);
        var again = (await Llmmem.Run([.. arguments, "--json"])).Well();
        Assert.Contains($"\nplan, 9 points: 9 measured before, nothing left to measure; results: {results}\n", again.Error, StringComparison.Ordinal);
        Assert.Contains($"\nprofile: {file}\nreport: {page}\n", again.Error, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(results));

        var estimate = (await Llmmem.Run("estimate", "tiny", "--prompt", "3", "--new-tokens", "2", "--profile", file, "--json")).Quietly().Json;
        Assert.NotEqual(JsonValueKind.Null, estimate.GetProperty("estimates")[2].GetProperty("high_bytes").ValueKind);
    }

    /// <summary>Nothing about them depends on the measurement, so none is made.</summary>
    [Fact]
    public async Task What_cannot_end_in_a_profile_is_refused_before_anything_is_measured()
    {
        string[] Arguments(string batches, string file) => ["calibrate", "--plan", folder.With("plan.json", $$"""
            {"grids":[{"model":"tiny","dtype":["fp32","fp16"],"attention":["fused","math"],"batch":{{batches}},"prompt":4,"new_tokens":2}]}
            """), "--device", "cpu", "--out", Path.Combine(folder.Path, file)];

        (await Llmmem.Run(Arguments("[1]", "few/profile.json"))).Badly(2, "plan plan would give 4 (", "at least 5, 1, and 1", "24 or more");
        (await Llmmem.Run([.. Arguments("[1]", "few/profile.json"), "--dry-run"])).Badly(2, "plan plan would give 4 (");
        // Enough by their number, but none of them fits the memory.
        (await Llmmem.Run(Arguments("[80000000,80000001,80000002]", "few/profile.json"))).Badly(2, "plan plan would give 0 (");
        SweepFolder.Pretend(Path.Combine(folder.Path, "other"), "results.jsonl", SampleRecord.Run.As(RunStatus.Ok));
        (await Llmmem.Run(Arguments("[1,2,3,4,5,6]", "other/profile.json"))).Badly(2, "another machine or setting (", "other");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "few")));
    }

    [Fact]
    public async Task A_dry_run_shows_the_plan_and_its_time_and_leaves_nothing()
    {
        var file = Path.Combine(folder.Path, "new", "profile.json");
        var json = (await Llmmem.Run("calibrate", "--dry-run", "--device", "cpu", "--repeat", "2", "--out", file, "--json")).Quietly().Json;
        var points = SweepPlans.Find(SweepPlans.ForCalibration).Points.Count;
        Assert.Equal(2 * points, json.GetProperty("points").GetArrayLength());
        Assert.InRange(json.GetProperty("expected_seconds").GetDouble(), points, 100 * points);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "new")));
    }

    /// <summary>One point times out; the others are enough for a fit.</summary>
    [Fact]
    public async Task Points_that_failed_are_left_out_of_the_fit_and_the_exit_code_says_so()
    {
        folder.With("slow.json", SlowModel.Json);
        var plan = folder.With("plan.json", """
            {"grids":[{"model":"tiny","dtype":["fp32","fp16"],"attention":["fused","math"],"prompt":[3,8],"new_tokens":2}],
             "points":[{"model":"tiny","batch":2,"prompt":3,"new_tokens":2},{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000}]}
            """);
        var file = Path.Combine(folder.Path, "profile.json");
        var ended = await Llmmem.Run("calibrate", "--plan", plan, "--device", "cpu", "--timeout", "20", "--out", file);
        Assert.Equal(1, ended.Code);
        Assert.EndsWith("1 of 10 points failed or timed out: --retry-failed tries them again, --timeout gives them longer; the profile is of the others\n", ended.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("--timeout 5")]
    [InlineData("--plan quick")]
    [InlineData("--dry-run")]
    public async Task Options_that_would_do_nothing_are_refused(string option) =>
        (await Llmmem.Run(["calibrate", Repository.Evidence("sweep"), .. option.Split(' ')])).Badly(2, option.Split(' ')[0], "RESULTS");

    [Fact]
    public async Task Where_the_profile_went_is_said()
    {
        var file = Path.Combine(folder.Path, "kept.json");
        var ended = (await Llmmem.Run("calibrate", Repository.Evidence("sweep"), "--out", file, "--json")).Well();
        Assert.Contains($"\nprofile: {file}\ninstalled: ", ended.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Points with every kind of option are given a GiB more of context than was measured: each is named, and its command, run as it
    /// stands, measures that point.
    /// </summary>
    [Fact]
    public async Task An_outlier_is_named_and_its_command_measures_it_again()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Evidence("sweep"), "results.jsonl"), TestContext.Current.CancellationToken);
        Func<JsonNode, bool>[] kinds =
        [
            w => $"{w["dtype"]}" is "fp16" && $"{w["kv_dtype"]}" is "fp32", w => w["cache_block"] is not null, w => $"{w["attention"]}" is "math",
            w => w["prefill_chunk"] is not null && $"{w["logits"]}" is "all",
        ];
        // The extremes are held out of the fit.
        bool IsFitted(JsonNode r) => $"{r["point_id"]}"[0] >= '6' && $"{r["model"]!["name"]}" is not "gpt2-large"
            && (int)r["workload"]!["prompt"]! < 768 && (int)r["workload"]!["new_tokens"]! < 900 && (int)r["workload"]!["batch"]! < 16;

        var chosen = new HashSet<string>();
        foreach (var kind in kinds)
        {
            var i = Array.FindIndex(lines, line => JsonNode.Parse(line)! is var r && IsFitted(r) && kind(r["workload"]!) && !chosen.Contains($"{r["point_id"]}"));
            if (i < 0)
                continue;
            var record = JsonNode.Parse(lines[i])!;
            foreach (var (account, bytes) in (ReadOnlySpan<(JsonNode, string)>)[(record["measured"]!["parts"]!, "context_bytes"), (record["measured"]!, "device_peak_bytes")])
                account[bytes] = account[bytes]!.GetValue<long>() + (1 << 30);
            lines[i] = record.ToJsonString();
            chosen.Add($"{record["point_id"]}");
        }
        Assert.InRange(chosen.Count, 3, 4);
        var output = (await Llmmem.Run("calibrate", folder.With("results.jsonl", string.Join('\n', lines) + "\n"))).Well().Output.Split('\n');
        foreach (var id in chosen)
        {
            var at = Array.FindIndex(output, line => line.StartsWith($"outlier: {id} ", StringComparison.Ordinal));
            Assert.Matches(@"context \+\d.* spreads away", output[at]);
            var command = output[at + 1].Split("again: llmmem ")[1].Replace("--out again", "--json", StringComparison.Ordinal);
            Assert.Equal(id, (await Llmmem.Run(command.Split(' '))).Well().Json.GetProperty("point_id").GetString());
        }
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
