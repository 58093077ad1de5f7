using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

/// <summary>Whatever a worker does, there is a record of it with its last known state, and the sweep goes on.</summary>
public sealed class BrokenWorkerTests : IDisposable
{
    private readonly FakeWorker worker = new();

    private TimeSpan limit = FakeWorker.Timeout;

    public void Dispose() => worker.Dispose();

    [Fact]
    public async Task A_good_one_gives_its_record()
    {
        var record = await Measure("facts; state; record");
        Assert.Equal((RunStatus.Ok, null), (record.Status, record.Error));
        Assert.Equal(FakeWorker.Jobs(1)[0].PointId, record.PointId);
    }

    [Theory]
    [InlineData("exit 7", RunStatus.Failed, "exited with code 7", "before its first progress message")]
    [InlineData("facts; state; exit 7", RunStatus.Failed, "exited with code 7", "in load (3 of 10)")]
    [InlineData("facts; state", RunStatus.Failed, "exited with code 0 and no record", "in load")]
    [InlineData("facts; state; kill -KILL $$", RunStatus.Failed, "killed by signal 9 (SIGKILL) in load (3 of 10)", "out-of-memory kills meanwhile: 0")]
    [InlineData("facts; state; kill -SEGV $$", RunStatus.Failed, "SIGSEGV", "in load (3 of 10)")]
    [InlineData("facts; state; kill -ABRT $$", RunStatus.Failed, "SIGABRT", "in load (3 of 10)")]
    [InlineData("facts; echo 'terminate called: std::bad_alloc' >&2; kill -ABRT $$", RunStatus.Oom, "SIGABRT", "std::bad_alloc")]
    [InlineData("facts; echo one >&2; echo two >&2; echo three >&2; echo four >&2; exit 1", RunStatus.Failed, "exited with code 1", "two | three | four")]
    [InlineData("head -c 1000 /dev/urandom; echo; echo '{}'; echo '[1'; echo null; exit 1", RunStatus.Failed, "unexpected lines on stdout", "exited with code 1")]
    [InlineData("facts; head -c 100 record-1; exit 1", RunStatus.Failed, "unexpected lines on stdout: 1", "exited with code 1")]
    [InlineData("batch=2; record", RunStatus.Failed, "another point")]
    public async Task One_that_dies(string script, RunStatus status, params string[] words)
    {
        var record = await Measure(script);
        Assert.Equal(status, record.Status);
        Assert.All(words, word => Assert.Contains(word, record.Error, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', record.Error!);
        Assert.Equal((FakeWorker.Jobs(1)[0].PointId, "tiny"), (record.PointId, record.Model.Name));
        Assert.Null(record.Measured.DevicePeak);
        if (script.Contains("state", StringComparison.Ordinal))
        {
            var phase = Assert.Single(record.Measured.Phases);
            Assert.Equal((Phase.Load, 1234, 5678), (phase.Phase, phase.TensorPeak!.Value.Bytes, phase.DeviceEnd!.Value.Bytes));
            Assert.Equal(0.5, record.Timing.LoadSeconds);
        }
    }

    [Fact(Timeout = FakeWorker.Bound)]
    public async Task One_that_hangs_while_loading_is_ended_with_all_that_it_started()
    {
        var record = await MeasureUntilItTold("sleep 300 & echo $! > child; facts; state; wait");
        Assert.Contains($"timed out after {limit.TotalSeconds} s, in load (3 of 10)", record.Error, StringComparison.Ordinal);
        Assert.Single(record.Measured.Phases);
        AssertIsGone(int.Parse(worker.Read("child"), CultureInfo.InvariantCulture));
    }

    [Fact(Timeout = FakeWorker.Bound)]
    public async Task Of_one_that_hangs_while_decoding_the_phases_before_are_known()
    {
        var lane = worker.Lane("facts; cat decoding; sleep 300");
        worker.Write("decoding", new()
        {
            State = new(Phase.Decode, 7, 4000, 2, [
                new() { Phase = Phase.Load, Seconds = 0.5, Steps = 1, AllocatedEnd = new(1000) },
                new() { Phase = Phase.Prefill, Seconds = 0.25, Steps = 1, AllocatedEnd = new(1100) },
                new() { Phase = Phase.Decode, Seconds = 2, Steps = 7, AllocatedEnd = new(1200) }]),
        });
        var record = await MeasureUntilItTold(lane);
        Assert.Contains("in decode (7 of 4000)", record.Error, StringComparison.Ordinal);
        Assert.Equal(
            [(Phase.Load, 1000), (Phase.Prefill, 1100), (Phase.Decode, 1200)],
            record.Measured.Phases.Select(p => (p.Phase, p.AllocatedEnd!.Value.Bytes)));
        Assert.Null(record.Measured.DevicePeak);
    }

    [Theory(Timeout = FakeWorker.Bound)]
    [InlineData("facts; record; exit 3")]
    [InlineData("facts; record; kill -SEGV $$")]
    [InlineData("facts; record; sleep 300")]
    [InlineData("echo garbage; printf '\\000\\377\\n'; facts; printf 'half a line\\n'; record")]
    [InlineData("facts; printf %s \"$(cat record-1)\"")]
    public async Task What_happens_around_a_whole_record_does_not_take_it_back(string script)
    {
        var record = await Measure(script);
        Assert.Equal((RunStatus.Ok, null), (record.Status, record.Error));
    }

    [Fact]
    public async Task A_record_of_megabytes_comes_through()
    {
        var record = FakeWorker.Record(FakeWorker.Jobs(1)[0]) with { Generated = [[.. Enumerable.Range(0, 1_000_000).Select(i => (long)i)]] };
        var lane = worker.Lane("facts; cat large");
        worker.Write("large", new() { Record = record });
        Assert.Equal(1_000_000, (await Measure(lane)).Generated[0].Count);
    }

    [Fact]
    public async Task A_line_without_end_and_endless_complaints_fill_no_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var record = await Measure("head -c 150000000 /dev/zero; head -c 150000000 /dev/zero >&2; echo; echo the end >&2; exit 1");
        Assert.EndsWith("the end; unexpected lines on stdout: 1", record.Error, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100 << 20);
    }

    [Fact]
    public async Task A_fault_that_the_worker_tells_is_the_error()
    {
        var lane = worker.Lane("facts; cat fault; exit 3");
        worker.Write("fault", new() { Fault = new("device", "cuda:7: there is no such GPU") });
        var record = await Measure(lane);
        Assert.Equal((RunStatus.Failed, "cuda:7: there is no such GPU"), (record.Status, record.Error));
    }

    private Task<RunRecord> Measure(string script) => Measure(worker.Lane(script));

    private async Task<RunRecord> Measure(SweepLane lane)
    {
        var records = new List<RunRecord>();
        await new Sweep([(lane, FakeWorker.Facts)], records.Add, _ => { }) { Limit = limit }
            .RunAsync(FakeWorker.Jobs(1), TestContext.Current.CancellationToken);
        return Assert.Single(records);
    }

    private Task<RunRecord> MeasureUntilItTold(string script) => MeasureUntilItTold(worker.Lane(script));

    /// <summary>Ended after a short time; where the machine is too busy for the worker to say a word until then, after a longer one.</summary>
    private async Task<RunRecord> MeasureUntilItTold(SweepLane lane)
    {
        for (limit = TimeSpan.FromSeconds(0.5); ; limit *= 2)
        {
            var record = await Measure(lane);
            Assert.Equal(RunStatus.Timeout, record.Status);
            if (record.Measured.Phases.Count > 0)
                return record;
        }
    }

    private static void AssertIsGone(int process)
    {
        // It may be a zombie until somebody asks for it.
        var status = $"/proc/{process}/status";
        Assert.True(!File.Exists(status) || File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal), $"process {process} lives");
    }
}
