using System.Diagnostics;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests.Records;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Processes that write to one folder of results at the same time.</summary>
public sealed class SeveralWritersTests : IDisposable
{
    private const int Writers = 4, Each = 500;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private const string FolderVariable = "LLMMEM_TEST_FOLDER", WriterVariable = "LLMMEM_TEST_WRITER", EndVariable = "LLMMEM_TEST_END";

    private readonly SweepFolder sweep = new(points: 2);

    public void Dispose() => sweep.Dispose();

    /// <summary>
    /// Each writer appends its records, and then more until the sweeps and runs have ended, so that all are at it together however fast the
    /// machine is. One sweep at a time may write a file: the second goes on where the first ended.
    /// </summary>
    [Fact]
    public async Task Four_processes_sweeps_and_runs_append_to_one_file_and_no_record_is_lost_or_torn()
    {
        var (folder, end) = (Path.GetDirectoryName(sweep.Results)!, Path.Combine(sweep.Path, "end"));
        // A sweep alone would begin with an empty file.
        using (var first = ResultsAppender.Open(folder))
            first.Append(SampleRecord.Run with { Seed = Writers });
        var writers = Enumerable.Range(0, Writers).Select(number => CliWrap.Cli.Wrap(Path.ChangeExtension(typeof(SeveralWritersTests).Assembly.Location, null))
            .WithArguments(["-method", $"{typeof(SeveralWritersTests).FullName}.{nameof(One_of_the_writers)}", "-explicit", "only"])
            .WithEnvironmentVariables(e => e.Set(FolderVariable, folder).Set(EndVariable, end).Set(WriterVariable, number.ToString(CultureInfo.InvariantCulture)))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken).Task).ToList();
        try
        {
            var run = Llmmem.Run("run", "tiny", "--device", "cpu", "--prompt", "4", "--new-tokens", "2", "--out", folder, "--json");
            (await sweep.Sweep("--resume")).Well();
            (await sweep.Sweep("--resume", "--repeat", "2")).Well();
            (await run).Well();
        }
        finally
        {
            await File.WriteAllTextAsync(end, "", TestContext.Current.CancellationToken);
            // Before their folder goes, where something failed above.
            await Task.WhenAll(writers);
        }
        Assert.All(await Task.WhenAll(writers), writer => Assert.True(writer.ExitCode == 0, writer.StandardOutput));

        var records = sweep.Records();
        var isWritten = records.Select(record => record.GetProperty("host").GetProperty("os").GetString() == SampleRecord.Run.Host.Os).ToArray();
        // The sweeps' and the run's are there, and stand among the others'.
        Assert.Equal((2 * 2) + 1, isWritten.Count(isOne => !isOne));
        Assert.InRange(Array.LastIndexOf(isWritten, false), 1, isWritten.Length - 2);
        // Each writer's are all there, in its order.
        var written = records.Where((_, index) => isWritten[index]).ToLookup(record => record.GetProperty("seed").GetInt32(), record => record.GetProperty("repeat").GetInt32());
        for (var writer = 0; writer < Writers; writer++)
            Assert.Equal(Enumerable.Range(0, Math.Max(Each, written[writer].Count())), written[writer]);
    }

    /// <summary>One of the four, in a process of its own.</summary>
    [Fact(Explicit = true)]
    public void One_of_the_writers()
    {
        var (writer, end) = (int.Parse(Environment.GetEnvironmentVariable(WriterVariable)!, CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable(EndVariable)!);
        // A line longer than a page, of another length for each.
        string[] remarks = [new('x', 5_000 + (5_000 * writer))];
        using var results = ResultsAppender.Open(Environment.GetEnvironmentVariable(FolderVariable)!);
        bool isLast;
        var (repeat, clock) = (0, Stopwatch.StartNew());
        do
        {
            // Where the test that started it is gone, nobody tells it the end.
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, Longest);
            isLast = repeat >= Each && File.Exists(end);
            results.Append(SampleRecord.Run with { RunId = $"{writer}-{repeat}", Seed = writer, Repeat = repeat, Remarks = remarks });
            // Enough are written; from here on at the pace of a large sweep.
            if (++repeat >= Each)
                Thread.Sleep(10);
        }
        while (!isLast);
    }

    [Fact]
    public async Task A_share_that_is_measured_is_refused_to_a_second_sweep_and_so_are_shares_of_another_number()
    {
        var folder = Path.GetDirectoryName(sweep.Results)!;
        using (SweepReservation.Acquire(folder, "results-1-of-2.jsonl"))
        {
            (await sweep.Sweep("--shard", "1/2")).Badly(2, "another sweep is writing its results-1-of-2.jsonl");
            // It has measured nothing yet.
            (await sweep.Sweep("--shard", "1/4")).Badly(2, "has results-1-of-2.jsonl, of a plan in 2 shares", "shard 1/4", "--shard I/2");
            (await sweep.Sweep()).Badly(2, "another sweep is writing results-1-of-2.jsonl, whose points this one would measure again");
        }
        using (SweepReservation.Acquire(folder, ResultsFile.Name))
            (await sweep.Sweep("--shard", "1/2")).Badly(2, "another sweep is writing results.jsonl");
        (await sweep.Sweep("--shard", "2/4")).Well();
        (await sweep.Sweep("--shard", "1/2")).Badly(2, "has results-2-of-4.jsonl, of a plan in 4 shares", "--shard I/4, or another folder");
        (await sweep.Sweep("--shard", "1/4", "--resume")).Well();
        Assert.Equal(["results-1-of-4.jsonl", "results-2-of-4.jsonl"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_run_does_not_wait_for_a_sweep_to_end()
    {
        var folder = Path.GetDirectoryName(sweep.Results)!;
        using (SweepReservation.Acquire(folder, ResultsFile.Name))
            (await Llmmem.Run("run", "tiny", "--device", "cpu", "--prompt", "4", "--new-tokens", "2", "--out", folder, "--json")).Well();
        Assert.Single(sweep.Records());
    }
}
