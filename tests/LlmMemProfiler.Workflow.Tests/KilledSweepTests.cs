using System.Globalization;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A sweep that is killed at any byte of its results and resumed ends as if nothing had happened; scripts/kill-test.sh does it fifty times.</summary>
public sealed class KilledSweepTests : IDisposable
{
    private const int Points = 3;

    private readonly SweepFolder sweep = new(Points);
    private readonly MarkedProcesses processes = new();

    public void Dispose() => sweep.Dispose();

    [Fact(Timeout = 1_800_000)]
    public async Task Killed_at_any_byte_of_its_results_and_resumed_it_loses_nothing_and_measures_nothing_twice()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        sweep.Output = "undisturbed";
        (await sweep.Sweep()).Well();
        var (expected, size) = (Content(), sweep.Bytes);
        Assert.Equal(Points, expected.Count);

        var (kills, rounds, between, torn) = (0, 0, 0, 0);
        while (kills < Wanted)
        {
            sweep.Output = $"round-{++rounds}";
            var (finished, tail) = ("", 0);
            // The first meets a sweep that has measured nothing yet.
            for (var at = kills == 0 ? 0 : random.NextInt64(1, size); kills < Wanted && await KilledAt(at); at = random.NextInt64(sweep.Bytes, Math.Max(size, sweep.Bytes) + 1))
            {
                Assert.True(sweep.Text.StartsWith(finished, StringComparison.Ordinal), $"seed {seed}, kill {kills}: a finished point was lost");
                // A line is written in one go, and a kill leaves it whole; where the machine stops, it may end at any byte.
                if (++kills % 2 == 1 && at > 0)
                    sweep.CutTo(random.NextInt64(1, sweep.Bytes));
                (finished, tail) = Split(sweep.Text);
                between += finished.Length > 0 ? 1 : 0;
                torn += tail > 0 ? 1 : 0;
            }
            var ended = (await sweep.Sweep("--resume")).Well();
            Assert.True(sweep.Text.StartsWith(finished, StringComparison.Ordinal), $"seed {seed}: a finished point was lost at the end");
            Assert.True(tail == 0 || ended.Error.Contains($"its {tail} bytes were removed", StringComparison.Ordinal), $"seed {seed}: {ended.Error}");
            Assert.Equal(expected, Content());
        }
        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {kills} kills in {rounds} sweeps of {Points} points, {between} of them after a finished point, {torn} in the middle of a line");
        Assert.True(await Moment.Comes(() => processes.Workers() == 0), "a worker outlived its sweep");
    }

    /// <summary>Nothing shows that memory ran out: the point has failed, and is measured again when that is asked for.</summary>
    [Fact(Timeout = 1_800_000)]
    public async Task Where_its_workers_are_killed_it_records_that_and_measures_those_points_again()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        sweep.Output = "undisturbed";
        (await sweep.Sweep()).Well();
        var (expected, size) = (Content(), sweep.Bytes);
        var kills = 0;
        for (var round = 1; kills < Wanted; round++)
        {
            sweep.Output = $"round-{round}";
            var killed = 0;
            using (var process = processes.Start(sweep.Arguments()))
            {
                for (var at = 1L; kills + killed < Wanted && await IsWorkerKilledAt(process, at); at = random.NextInt64(sweep.Bytes, Math.Max(size, sweep.Bytes) + 1))
                    killed++;
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(process.ExitCode is 0 or 1, $"seed {seed}: exit code {process.ExitCode}");
            }
            kills += killed;
            var failed = sweep.Records().Where(r => r.GetProperty("status").GetString() != "ok").ToList();
            Assert.InRange(failed.Count, 0, killed);
            Assert.All(failed, r => Assert.Matches(@"^the worker was killed by signal 9 \(SIGKILL\) .*out-of-memory kills meanwhile: 0|does not say", r.GetProperty("error").GetString()!));
            (await sweep.Sweep("--resume", "--retry-failed")).Well();
            var good = sweep.Records().Where(r => r.GetProperty("status").GetString() == "ok").Select(r => r.GetProperty("point_id").GetString());
            Assert.Equal(Points, good.Count());
            Assert.Equal(expected, Content());
        }
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {kills} workers killed");
        Assert.True(await Moment.Comes(() => processes.Workers() == 0), "a worker outlived its sweep");
    }

    [Fact(Timeout = 600_000)]
    public async Task Interrupted_it_ends_its_worker_keeps_what_is_finished_and_goes_on_later()
    {
        sweep.With("slow.json", SlowModel.Json);
        sweep.PlanIs("""
            {"points":[{"model":"tiny","prompt":16,"new_tokens":4},{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000}]}
            """);
        using var process = processes.Start(sweep.Arguments("--resume"));
        // The first point is on the disk, and the worker of the second is there.
        Assert.True(await Moment.Comes(() => process.HasExited || (sweep.Text.EndsWith('\n') && processes.Workers() > 0)), "the second point never began");
        await CliWrap.Cli.Wrap("kill").WithArguments(["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])
            .ExecuteAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted; dropping the current point", error, StringComparison.Ordinal);
        Assert.Equal("tiny", Assert.Single(sweep.Records()).GetProperty("model").GetProperty("name").GetString());
        Assert.True(await Moment.Comes(() => processes.Workers() == 0), "a worker outlived its sweep");
        var left = (await sweep.Sweep("--resume", "--dry-run", "--json")).Quietly().Json;
        Assert.Equal((1, 1), (SweepFolder.Count(left, "before"), SweepFolder.Count(left, "left")));
    }

    /// <summary>Kills a sweep once its results have so many bytes; false where it came to its end before that.</summary>
    private async Task<bool> KilledAt(long bytes)
    {
        using var process = processes.Start(sweep.Arguments("--resume"));
        Assert.True(await Moment.Comes(() => process.HasExited || (File.Exists(sweep.Results) && sweep.Bytes >= bytes)), $"byte {bytes} never came");
        // Killed is the sweep alone; that its worker goes too is what is tested.
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode == 137)
            return true;
        Assert.True(process.ExitCode == 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return false;
    }

    /// <summary>Kills a worker once the results have so many bytes; false where the sweep came to its end before that.</summary>
    private async Task<bool> IsWorkerKilledAt(System.Diagnostics.Process process, long bytes)
    {
        IReadOnlyList<int> workers = [];
        Assert.True(
            await Moment.Comes(() => process.HasExited || (File.Exists(sweep.Results) && sweep.Bytes >= bytes && (workers = processes.WorkerIds()).Count > 0)),
            $"byte {bytes} never came, or no worker after it");
        if (workers.Count == 0)
            return false;
        try
        {
            using var worker = System.Diagnostics.Process.GetProcessById(workers[0]);
            worker.Kill();
            // The next one is another.
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (ArgumentException)
        {
            // It had just ended.
        }
        return true;
    }

    /// <summary>The whole lines, and the length of what comes after them.</summary>
    private static (string Lines, int Tail) Split(string text)
    {
        var end = text.LastIndexOf('\n') + 1;
        return (text[..end], text.Length - end);
    }

    private static int Wanted => int.Parse(Environment.GetEnvironmentVariable("LLMMEM_KILLS") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>Of measured points, all but times and the device's levels, in the points' order.</summary>
    private SortedDictionary<string, string> Content() => new(sweep.Records().Where(r => r.GetProperty("status").GetString() == "ok").ToDictionary(
        r => $"{r.GetProperty("point_id")} {r.GetProperty("repeat")}",
        r => string.Join(
            ' ', r.GetProperty("status"), r.GetProperty("measured").GetProperty("tensor_peak_bytes"),
            r.GetProperty("measured").GetProperty("allocated_peak_bytes"), r.GetProperty("generated"))));
}
