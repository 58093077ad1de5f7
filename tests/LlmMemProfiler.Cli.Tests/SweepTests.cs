using System.Text.Json;
using LlmMemProfiler.Core.Records;
using static LlmMemProfiler.Cli.Tests.SweepFolder;

namespace LlmMemProfiler.Cli.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly SweepFolder sweep = new();

    public void Dispose() => sweep.Dispose();

    [Fact]
    public async Task Each_point_is_measured_in_a_process_of_its_own_and_a_finished_sweep_is_not_measured_again()
    {
        var ended = (await sweep.Sweep("--repeat", "2", "--json")).Well();
        Assert.Equal((4, 0), (Count(ended.Json, "ok"), Count(ended.Json, "left")));
        var records = sweep.Records();
        Assert.Equal([(1, 0), (2, 0), (1, 1), (2, 1)], records.Select(r =>
            (r.GetProperty("workload").GetProperty("batch").GetInt32(), r.GetProperty("repeat").GetInt32())));
        Assert.Equal(
            ended.Json.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("point_id").GetString()),
            records.Select(r => r.GetProperty("point_id").GetString()));
        Assert.All(records, r => Assert.Equal("ok", r.GetProperty("status").GetString()));
        Assert.Equal(1, ended.Error.Split('\n').Count(line => line.StartsWith("3/4  ok", StringComparison.Ordinal)));
        // Its own record is the same as that of 'run', which has no worker: the tensors do not know who started them.
        var run = (await Llmmem.Run("run", "tiny", "--batch", "2", "--prompt", "16", "--new-tokens", "4", "--device", "cpu", "--json")).Well().Json;
        Assert.Equal(Same(run), Same(records[1]));

        var whole = File.ReadAllBytes(sweep.Results);
        (await sweep.Sweep("--repeat", "2")).Badly(2, "holds results already", "--resume");
        var again = (await sweep.Sweep("--repeat", "2", "--resume", "--json")).Well();
        Assert.Equal((4, 0), (Count(again.Json, "before"), Count(again.Json, "ok")));
        Assert.Equal(whole, File.ReadAllBytes(sweep.Results));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(sweep.Results)!));
    }

    [Fact]
    public async Task Resumed_it_cuts_off_a_torn_line_says_so_and_measures_that_point_again()
    {
        (await sweep.Sweep()).Well();
        var whole = File.ReadAllText(sweep.Results);
        var second = whole.IndexOf('\n', StringComparison.Ordinal) + 1;
        File.WriteAllText(sweep.Results, whole[..(second + 1000)]);
        var ended = (await sweep.Sweep("--resume", "--json")).Well();
        Assert.Contains("its 1000 bytes are removed", ended.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Count(ended.Json, "before"), Count(ended.Json, "ok")));
        Assert.StartsWith(whole[..second], File.ReadAllText(sweep.Results), StringComparison.Ordinal);
        Assert.Equal([1, 2], sweep.Records().Select(r => r.GetProperty("workload").GetProperty("batch").GetInt32()));
    }

    [Fact]
    public async Task Failures_are_tried_again_only_where_that_is_asked_for()
    {
        (await sweep.Sweep()).Well();
        File.WriteAllText(sweep.Results, File.ReadAllText(sweep.Results).Replace("\"status\":\"ok\"", "\"status\":\"failed\"", StringComparison.Ordinal));
        Assert.Equal(2, Count((await sweep.Sweep("--resume", "--dry-run", "--json")).Quietly().Json, "before"));
        Assert.Equal(2, Count((await sweep.Sweep("--resume", "--retry-failed", "--json")).Well().Json, "ok"));
        Assert.Equal(["failed", "failed", "ok", "ok"], sweep.Records().Select(r => r.GetProperty("status").GetString()));
        Assert.Equal(2, Count((await sweep.Sweep("--resume", "--retry-failed", "--dry-run", "--json")).Quietly().Json, "before"));
    }

    [Fact]
    public async Task Shares_are_measured_into_files_of_their_own_and_together_are_the_plan()
    {
        foreach (var share in (string[])["1/2", "2/2"])
            (await sweep.Sweep("--shard", share)).Well();
        var files = ((string[])["results-1-of-2.jsonl", "results-2-of-2.jsonl"]).Select(name => Path.Combine(Path.GetDirectoryName(sweep.Results)!, name));
        Assert.Equal([1, 2], files.Select(file => Assert.Single(sweep.Records(file)).GetProperty("workload").GetProperty("batch").GetInt32()));
        Assert.False(File.Exists(sweep.Results));
        // Whoever goes on with the whole finds nothing left.
        Assert.Equal(2, Count((await sweep.Sweep("--resume", "--json")).Well().Json, "before"));
    }

    [Fact]
    public async Task A_second_sweep_into_the_same_folder_is_refused()
    {
        using (ResultsLock.Take(Path.GetDirectoryName(sweep.Results)!, ResultsFile.Name))
            (await sweep.Sweep()).Badly(2, "another sweep writes its results.jsonl", "another folder");
        Assert.False(File.Exists(sweep.Results));
    }

    [Fact]
    public async Task A_dry_run_shows_predictions_and_touches_nothing()
    {
        var json = (await sweep.Sweep("--dry-run", "--json")).Quietly().Json;
        Assert.Equal(2, Count(json, "left"));
        var point = json.GetProperty("points")[1];
        var estimate = (await Llmmem.Run("estimate", "tiny", "--batch", "2", "--prompt", "16", "--new-tokens", "4", "--json")).Quietly().Json;
        Assert.Equal(
            estimate.GetProperty("estimates")[2].GetProperty("total_bytes").GetInt64() + (100 << 20), point.GetProperty("predicted_bytes").GetInt64());
        Assert.True(point.GetProperty("fits").GetBoolean());
        var text = (await sweep.Sweep("--dry-run")).Quietly().Output;
        Assert.Contains(point.GetProperty("point_id").GetString()!, text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(sweep.Results)));
    }

    [Fact]
    public async Task What_cannot_fit_is_left_out_unless_that_is_told_otherwise()
    {
        sweep.PlanIs("""{"points":[{"model":"gpt2-xl","dtype":"fp32","batch":64000,"prompt":512,"new_tokens":2},{"model":"tiny","prompt":16,"new_tokens":4}]}""");
        var json = (await sweep.Sweep("--json")).Well().Json;
        Assert.Equal((1, 1), (Count(json, "skipped"), Count(json, "ok")));
        Assert.Equal([false, true], json.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("fits").GetBoolean()));
        Assert.Equal("tiny", Assert.Single(sweep.Records()).GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(2, Count((await sweep.Sweep("--dry-run", "--no-skip", "--json")).Quietly().Json, "left"));
    }

    [Fact]
    public async Task A_point_that_takes_too_long_is_a_record_with_its_last_known_state_and_the_sweep_goes_on()
    {
        sweep.With("slow.json", SlowModel.Json);
        sweep.PlanIs("""
            {"points":[{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000},{"model":"tiny","prompt":16,"new_tokens":4}]}
            """);
        (await sweep.Sweep("--timeout", "5")).Well();
        var records = sweep.Records();
        Assert.Equal(["timeout", "ok"], records.Select(r => r.GetProperty("status").GetString()));
        Assert.Contains("no end after 5 s, in decode", records[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        var phases = records[0].GetProperty("measured").GetProperty("phases");
        Assert.Equal(["load", "prefill", "decode"], phases.EnumerateArray().Select(p => p.GetProperty("phase").GetString()));
        // All weights were loaded: that much is known exactly.
        var expected = records[0].GetProperty("estimates")[1].GetProperty("parts");
        Assert.InRange(
            phases[0].GetProperty("allocated_end_bytes").GetInt64(),
            expected.GetProperty("weights_bytes").GetInt64() + expected.GetProperty("kv_cache_bytes").GetInt64(), long.MaxValue);
        Assert.Equal(JsonValueKind.Null, records[0].GetProperty("measured").GetProperty("device_peak_bytes").ValueKind);
    }

    [Theory]
    [InlineData("sweep", "'sweep'", "llmmem sweep --help")]
    [InlineData("sweep quik", "did you mean quick?")]
    [InlineData("sweep quick --shard 5/4", "--shard 5/4", "I from 1 to N")]
    [InlineData("sweep quick --retry-failed", "--retry-failed", "--resume")]
    [InlineData("sweep quick --timeout 0", "--timeout is '0'", "from 1")]
    [InlineData("sweep quick --repeat 1e3", "--repeat is '1e3'", "from 1 to 1000")]
    public async Task Bad_input(string line, params string[] words) => (await Llmmem.Run(line.Split(' '))).Badly(2, words);

    [Fact]
    public async Task A_plan_or_a_folder_that_cannot_be_used_shows_before_anything_is_measured()
    {
        sweep.PlanIs("""{"grids":[{"model":"tiny","batch":[1,0]}]}""");
        (await sweep.Sweep()).Badly(2, sweep.Plan, "grids[0].batch[1] is 0");
        sweep.PlanIs("""{"grids":[{"model":"tiny"}],"exclude":[{"batch":1}]}""");
        (await sweep.Sweep()).Badly(2, sweep.Plan, "no point is left");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.With("file", ""))).Badly(2, "a folder that you may write is needed");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.Path, "--libtorch", "/nonexistent")).Badly(3, "/nonexistent", "libtorch_cpu.so");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.Path, "--device", "cpu,cuda:0")).Badly(3, "cannot measure beside others");
        Assert.Empty(Directory.GetFiles(sweep.Path, "results*"));
    }

    /// <summary>What does not depend on time or on the machine's mood.</summary>
    private static string Same(JsonElement record) => string.Join(
        ' ', record.GetProperty("point_id"), record.GetProperty("status"), record.GetProperty("measured").GetProperty("tensor_peak_bytes"),
        record.GetProperty("measured").GetProperty("allocated_peak_bytes"), record.GetProperty("events").GetProperty("count"),
        JsonSerializer.Serialize(record.GetProperty("generated")));
}
