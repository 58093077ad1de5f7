using System.Text.Json;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using static LlmMemProfiler.Workflow.Tests.SweepFolder;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly SweepFolder sweep = new();

    public void Dispose() => sweep.Dispose();

    /// <summary>The one that really measures; what becomes of broken workers, retries and shares is seen with workers that play a script.</summary>
    [Fact]
    public async Task Each_point_that_fits_is_measured_in_a_process_of_its_own_and_a_finished_sweep_is_not_measured_again()
    {
        sweep.PlanIs("""
            {"grids":[{"model":"tiny","batch":[1,2],"prompt":16,"new_tokens":4}],"points":[{"model":"gpt2-xl","dtype":"fp32","batch":64000,"prompt":512,"new_tokens":2}]}
            """);
        var ended = (await Llmmem.Run(Llmmem.AsUsersDo(sweep.Arguments("--repeat", "2", "--json")))).Well();
        Assert.Equal((4, 2, 0), (Count(ended.Json, "ok"), Count(ended.Json, "skipped"), Count(ended.Json, "left")));
        var records = sweep.Records();
        Assert.Equal([(1, 0), (2, 0), (1, 1), (2, 1)], records.Select(r =>
            (r.GetProperty("workload").GetProperty("batch").GetInt32(), r.GetProperty("repeat").GetInt32())));
        var points = ended.Json.GetProperty("points").EnumerateArray().ToList();
        Assert.Equal(
            points.Where(p => p.GetProperty("fits").GetBoolean()).Select(p => p.GetProperty("point_id").GetString()),
            records.Select(r => r.GetProperty("point_id").GetString()));
        Assert.All(records, r => Assert.Equal("ok", r.GetProperty("status").GetString()));
        // The two that cannot fit are gone past, and the whole plan is what is counted.
        Assert.Equal([3, 4, 5, 6], Enumerable.Range(1, 6).Where(n => ended.Error.Contains($"{n}/6  ok", StringComparison.Ordinal)));
        // Its own record is the same as that of 'run', which has no worker: the tensors do not know who started them.
        var run = (await Llmmem.Run(Llmmem.AsUsersDo("run", "tiny", "--batch", "2", "--prompt", "16", "--new-tokens", "4", "--device", "cpu", "--json"))).Well().Json;
        Assert.Equal(Same(run), Same(records[1]));
        // Both were started so that .NET compiles nothing twice: what its compiler leaves behind is in the process that is measured.
        Assert.All([run, .. records], r =>
            Assert.Equal("0", r.GetProperty("host").GetProperty("environment").GetProperty("DOTNET_TieredCompilation").GetString()));

        var whole = File.ReadAllBytes(sweep.Results);
        (await sweep.Sweep("--repeat", "2")).Badly(2, "already contains results", "--resume");
        var again = (await sweep.Sweep("--repeat", "2", "--resume", "--json")).Well();
        Assert.Equal((4, 0), (Count(again.Json, "before"), Count(again.Json, "ok")));
        Assert.Equal(whole, File.ReadAllBytes(sweep.Results));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(sweep.Results)!));
    }

    [Fact]
    public async Task Failures_are_tried_again_only_where_that_is_asked_for()
    {
        var ids = Ids();
        sweep.Pretend(ResultsFile.Name, RunStatus.Failed, ids[0]);
        sweep.Pretend("results-1-of-1.jsonl", RunStatus.Ok, ids[1]);
        // Nothing is left to measure, and a point has no result: that is not well.
        var gone = await sweep.Sweep("--resume", "--json");
        Assert.Equal((1, 1), (gone.Code, gone.Json.GetProperty("failures").GetInt32()));
        Assert.Equal((2, 0), Planned((await sweep.Sweep("--resume", "--dry-run", "--json")).Quietly()));
        var again = (await sweep.Sweep("--resume", "--retry-failed", "--dry-run", "--json")).Quietly();
        Assert.Equal((1, 1), Planned(again));
        Assert.Equal(["left", "before"], again.Json.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Out_of_memory_is_a_result()
    {
        sweep.Pretend(ResultsFile.Name, RunStatus.Oom, Ids());
        var ended = (await sweep.Sweep("--resume")).Well();
        Assert.DoesNotContain("failed", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resumed_it_counts_the_whole_plan_and_tells_both_times()
    {
        sweep.PlanIs("""{"grids":[{"model":"tiny","batch":[1,2,3],"prompt":16,"new_tokens":4}]}""");
        sweep.Pretend(ResultsFile.Name, RunStatus.Ok, Ids()[0]);
        var lines = (await sweep.Sweep("--resume")).Well().Error.Split('\n');
        Assert.Matches(@"^plan, 3 points: 1 measured before, 2 to measure, about 10 s; results: .*results\.jsonl$", lines[0]);
        Assert.Matches(@"^2/3  ok .*  \d+:\d\d elapsed  \d+:\d\d left$", lines.Single(line => line.StartsWith("2/3", StringComparison.Ordinal)));
        Assert.Matches(@"^3/3  ok .*  \d+:\d\d elapsed$", lines.Single(line => line.StartsWith("3/3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shares_have_files_of_their_own_and_together_are_the_plan()
    {
        var ids = Ids();
        for (var i = 1; i <= 2; i++)
        {
            var planned = (await sweep.Sweep("--shard", $"{i}/2", "--dry-run", "--json")).Quietly().Json.GetProperty("points");
            Assert.Equal(ids[i - 1], Assert.Single(planned.EnumerateArray()).GetProperty("point_id").GetString());
            var name = $"results-{i}-of-2.jsonl";
            sweep.Pretend(name, RunStatus.Ok, ids[i - 1]);
            (await sweep.Sweep("--shard", $"{i}/2")).Badly(2, $"{name} already contains results");
        }
        // Whoever goes on with the whole finds nothing left.
        Assert.Equal((2, 0), Planned((await sweep.Sweep("--resume", "--dry-run", "--json")).Quietly()));
    }

    /// <summary>However busy the machine is, it takes more than a second.</summary>
    [Fact]
    public async Task A_point_is_ended_after_the_time_that_was_given()
    {
        sweep.With("slow.json", SlowModel.Json);
        sweep.PlanIs("""{"points":[{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000}]}""");
        var ended = await sweep.Sweep("--timeout", "1");
        Assert.Equal(1, ended.Code);
        Assert.StartsWith("1 of 1 points failed or timed out", ended.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        var record = Assert.Single(sweep.Records());
        Assert.Equal("timeout", record.GetProperty("status").GetString());
        Assert.Contains("timed out after 1 s", record.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, record.GetProperty("measured").GetProperty("device_peak_bytes").ValueKind);
    }

    [Fact]
    public async Task A_second_sweep_into_the_same_folder_is_refused()
    {
        using (SweepReservation.Acquire(Path.GetDirectoryName(sweep.Results)!, ResultsFile.Name))
            (await sweep.Sweep()).Badly(2, "another sweep is writing its results.jsonl", "another folder");
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
    public async Task What_cannot_fit_is_measured_only_where_that_is_told()
    {
        sweep.PlanIs("""{"points":[{"model":"gpt2-xl","dtype":"fp32","batch":64000,"prompt":512,"new_tokens":2},{"model":"tiny","prompt":16,"new_tokens":4}]}""");
        var json = (await sweep.Sweep("--dry-run", "--no-skip", "--json")).Quietly().Json;
        Assert.Equal(2, Count(json, "left"));
        Assert.Equal([false, true], json.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("fits").GetBoolean()));
    }

    [Theory]
    [InlineData("sweep", "missing PLAN", "llmmem sweep --help")]
    [InlineData("sweep quik", "did you mean quick?")]
    [InlineData("sweep quick --shard 5/4", "--shard 5/4", "I from 1 to N")]
    [InlineData("sweep quick --retry-failed", "--retry-failed", "--resume")]
    [InlineData("sweep quick --timeout 0", "bad --timeout '0'", "from 1")]
    [InlineData("sweep quick --repeat 1e3", "bad --repeat '1e3'", "from 1 to 1000")]
    public async Task Bad_input(string line, params string[] words) => (await Llmmem.Run(line.Split(' '))).Badly(2, words);

    [Fact]
    public async Task A_plan_or_a_folder_that_cannot_be_used_shows_before_anything_is_measured()
    {
        sweep.PlanIs("""{"grids":[{"model":"tiny","batch":[1,0]}]}""");
        (await sweep.Sweep()).Badly(2, sweep.Plan, "grids[0].batch[1] is 0");
        sweep.PlanIs("""{"grids":[{"model":"tiny"}],"exclude":[{"batch":1}]}""");
        (await sweep.Sweep()).Badly(2, sweep.Plan, "no points left");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.With("file", ""))).Badly(2, "expected a writable folder");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.Path, "--libtorch", "/nonexistent")).Badly(3, "/nonexistent", "libtorch_cpu.so");
        (await Llmmem.Run("sweep", "quick", "--out", sweep.Path, "--device", "cpu,cuda:0")).Badly(2, "cannot be combined");
        Assert.Empty(Directory.GetFiles(sweep.Path, "results*"));
    }

    private string[] Ids() => [.. SweepJob.Of(SweepPlans.Find(sweep.Plan).Points, 1, DeviceKind.Cpu, "").Select(job => job.PointId)];

    private static (int Before, int Left) Planned(Ended ended) => (Count(ended.Json, "before"), Count(ended.Json, "left"));

    /// <summary>What does not depend on time or on the machine's mood.</summary>
    private static string Same(JsonElement record) => string.Join(
        ' ', record.GetProperty("point_id"), record.GetProperty("status"), record.GetProperty("measured").GetProperty("tensor_peak_bytes"),
        record.GetProperty("measured").GetProperty("allocated_peak_bytes"), record.GetProperty("events").GetProperty("count"),
        JsonSerializer.Serialize(record.GetProperty("generated")));
}
