using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    /// <summary>Where the tests run in the background of a script, SIGINT is ignored, and that is inherited.</summary>
    private const string EndedByCtrlC = "facts; state; exec env --default-signal=INT sh -c 'kill -INT $$'";

    private readonly FakeWorker worker = new();
    private readonly List<RunRecord> kept = [];

    public void Dispose() => worker.Dispose();

    [Fact]
    public async Task Each_point_is_asked_for_once_in_the_plans_order_whatever_became_of_those_before()
    {
        await Run(worker.Lane("facts; case $batch in 2) echo std::bad_alloc >&2; kill -ABRT $$;; 3) exit 9;; esac; record"));
        Assert.Equal("1\n2\n3\n4\n", worker.Read("asked"));
        Assert.Equal(FakeWorker.Jobs(4).Select(job => job.PointId), kept.Select(r => r.PointId));
        Assert.Equal([RunStatus.Ok, RunStatus.Oom, RunStatus.Failed, RunStatus.Ok], kept.Select(r => r.Status));
    }

    [Fact]
    public async Task A_record_is_kept_before_the_next_point_starts()
    {
        var askedWhenKept = new List<string>();
        await new Sweep([(worker.Lane("facts; record"), FakeWorker.Facts)], _ => askedWhenKept.Add(worker.Read("asked")), _ => { })
        {
            Limit = FakeWorker.Timeout,
        }.RunAsync(FakeWorker.Jobs(3), TestContext.Current.CancellationToken);
        Assert.Equal(["1\n", "1\n2\n", "1\n2\n3\n"], askedWhenKept);
    }

    [Fact]
    public async Task Where_a_record_cannot_be_kept_nothing_more_is_measured()
    {
        var sweep = new Sweep([(worker.Lane("facts; record"), FakeWorker.Facts)], _ => throw new InputException("no room"), _ => { })
        {
            Limit = FakeWorker.Timeout,
        };
        await Assert.ThrowsAnyAsync<InputException>(() => sweep.RunAsync(FakeWorker.Jobs(3), TestContext.Current.CancellationToken));
        Assert.Equal("1\n", worker.Read("asked"));
    }

    /// <summary>Both wait for the other: one after the other they would wait until their time is over.</summary>
    [Fact]
    public async Task Several_devices_work_side_by_side_and_each_worker_sees_its_own_alone()
    {
        var command = worker.Lane("""
            facts; touch there-$CUDA_VISIBLE_DEVICES; echo "$CUDA_VISIBLE_DEVICES:$batch $request" >> seen
            while [ ! -e there-4 ] || [ ! -e there-6 ]; do sleep 0.01; done; record
            """).Command;
        var lanes = SweepLane.Of("cuda:0,cuda:2", command, "4,5,6");
        var moments = new List<SweepEvent>();
        await new Sweep([.. lanes.Select(lane => (lane, FakeWorker.Facts))], kept.Add, moments.Add) { Limit = FakeWorker.Timeout }
            .RunAsync(FakeWorker.Jobs(6), TestContext.Current.CancellationToken);
        Assert.Equal(6, kept.Count(r => r.Status == RunStatus.Ok));
        Assert.Equal(FakeWorker.Jobs(6).Select(j => j.PointId).Order(), kept.Select(r => r.PointId).Order());
        var seen = worker.Read("seen").TrimEnd().Split('\n');
        Assert.Equal(["4", "6"], seen.Select(line => line.Split(':')[0]).Distinct().Order());
        Assert.All(seen, line => Assert.Contains("\"device\":\"cuda:0\"", line, StringComparison.Ordinal));
        Assert.Equal(["cuda:0", "cuda:2"], moments.Select(m => m.Lane.Name).Distinct().Order());
    }

    [Fact(Timeout = FakeWorker.Bound)]
    public async Task Cancelled_it_ends_its_worker_at_once_and_keeps_no_half_point()
    {
        using var stop = new CancellationTokenSource();
        var sweep = new Sweep([(worker.Lane("facts; [ $batch = 2 ] && { echo $$ > id; state; sleep 300; }; record"), FakeWorker.Facts)], kept.Add, moment =>
        {
            if (moment.State is not null)
                stop.Cancel();
        })
        { Limit = FakeWorker.Timeout };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep.RunAsync(FakeWorker.Jobs(3), stop.Token));
        Assert.Equal(FakeWorker.Jobs(1)[0].PointId, Assert.Single(kept).PointId);
        Assert.False(Directory.Exists($"/proc/{worker.Read("id").Trim()}"));
    }

    /// <summary>Ctrl-C on a terminal reaches the worker too, and may reach it first; on a busy machine, so much earlier that another try is needed.</summary>
    [Fact(Timeout = FakeWorker.Bound)]
    public async Task A_worker_that_Ctrl_C_ended_a_moment_before_the_sweep_is_no_failure()
    {
        Exception? ended = null;
        for (var tries = 0; tries < 10 && ended is not OperationCanceledException; tries++)
        {
            kept.Clear();
            using var stop = new CancellationTokenSource();
            var sweep = new Sweep([(worker.Lane(EndedByCtrlC), FakeWorker.Facts)], kept.Add, moment =>
            {
                if (moment.State is not null)
                    stop.CancelAfter(250);
            })
            { Limit = FakeWorker.Timeout };
            ended = await Record.ExceptionAsync(() => sweep.RunAsync(FakeWorker.Jobs(1), stop.Token));
        }
        Assert.IsAssignableFrom<OperationCanceledException>(ended);
        Assert.Empty(kept);
    }

    private Task Run(SweepLane lane) =>
        new Sweep([(lane, FakeWorker.Facts)], kept.Add, _ => { }) { Limit = FakeWorker.Timeout }
            .RunAsync(FakeWorker.Jobs(4), TestContext.Current.CancellationToken);
}
