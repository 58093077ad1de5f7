using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

/// <summary>Sweeps into a file that goes on from what is there, with workers that play a script.</summary>
public sealed class ResumedSweepTests : IDisposable
{
    private const string Good = "facts; record";

    private readonly FakeWorker worker = new();
    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    private string Results => Path.Combine(folder, ResultsFile.Name);

    public void Dispose()
    {
        worker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Failures_are_measured_again_only_where_that_is_asked_for_and_stand_below_the_earlier_records()
    {
        var jobs = FakeWorker.Jobs(4);
        await Measure("facts; case $batch in 2) exit 9;; 3) echo std::bad_alloc >&2; kill -ABRT $$;; esac; record", jobs);
        Assert.Equal([RunStatus.Ok, RunStatus.Failed, RunStatus.Oom, RunStatus.Ok], Records().Select(r => r.Status));

        await Measure(Good, jobs);
        Assert.Equal("1\n2\n3\n4\n", worker.Read("asked"));

        // What ran out of memory would do so again.
        await Measure(Good, jobs, retryFailed: true);
        Assert.Equal("1\n2\n3\n4\n2\n", worker.Read("asked"));
        Assert.Equal((jobs[1].PointId, RunStatus.Ok), (Records()[^1].PointId, Records()[^1].Status));

        await Measure(Good, jobs, retryFailed: true);
        Assert.Equal("1\n2\n3\n4\n2\n", worker.Read("asked"));
    }

    [Fact]
    public async Task Shares_are_measured_into_files_of_their_own_and_together_are_the_plan()
    {
        var jobs = FakeWorker.Jobs(5);
        foreach (var shard in (Shard[])[new(1, 2), new(2, 2)])
            await Measure(Good, jobs.Where((_, index) => shard.Contains(index)), name: shard.FileName);
        Assert.Equal("1\n3\n5\n2\n4\n", worker.Read("asked"));
        Assert.Equal(["results-1-of-2.jsonl", "results-2-of-2.jsonl"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());

        // Whoever goes on with the whole finds nothing left.
        await Measure(Good, jobs);
        Assert.Equal("1\n3\n5\n2\n4\n", worker.Read("asked"));
    }

    [Fact]
    public async Task Cut_off_at_any_byte_it_measures_what_is_missing_and_nothing_else()
    {
        var jobs = FakeWorker.Jobs(4);
        await Measure(Good, jobs);
        var whole = File.ReadAllBytes(Results);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var tries = 0; tries < 10; tries++)
        {
            var at = random.Next(whole.Length);
            File.WriteAllBytes(Results, whole[..at]);
            var asked = worker.Read("asked").Length;
            await Measure(Good, jobs);
            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(Results)), $"seed {seed}: cut at {at}");
            // A last line that lacks only its end is a record.
            var kept = whole[..(at + 1)].Count(b => b == '\n');
            Assert.Equal(string.Concat(jobs.Skip(kept).Select(job => $"{job.Point.Workload.Batch}\n")), worker.Read("asked")[asked..]);
        }
    }

    /// <summary>Measures what no file of the folder holds.</summary>
    private async Task Measure(string script, IEnumerable<SweepJob> jobs, bool retryFailed = false, string name = ResultsFile.Name)
    {
        using var file = ResultsAppender.Open(folder, name);
        file.Repair();
        var before = FinishedPoints.Read(folder);
        await new Sweep([(worker.Lane(script), FakeWorker.Facts)], file.Append, _ => { }) { Limit = FakeWorker.Timeout }
            .RunAsync(jobs.Where(job => !before.Contains(job, retryFailed)), TestContext.Current.CancellationToken);
    }

    private RunRecord[] Records() =>
        [.. File.ReadLines(Results).Select(line => System.Text.Json.JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord)!)];
}
