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
    private const string FolderVariable = "LLMMEM_TEST_FOLDER", WriterVariable = "LLMMEM_TEST_WRITER";

    private readonly SweepFolder sweep = new(points: 4);

    public void Dispose() => sweep.Dispose();

    [Fact]
    public async Task Four_processes_and_runs_beside_them_append_to_one_file_and_no_record_is_lost_or_torn()
    {
        var folder = Path.GetDirectoryName(sweep.Results)!;
        var writers = Enumerable.Range(0, Writers).Select(number => CliWrap.Cli.Wrap(Path.ChangeExtension(typeof(SeveralWritersTests).Assembly.Location, null))
            .WithArguments(["-method", $"{typeof(SeveralWritersTests).FullName}.{nameof(One_of_the_writers)}", "-explicit", "only"])
            .WithEnvironmentVariables(e => e.Set(FolderVariable, folder).Set(WriterVariable, number.ToString(CultureInfo.InvariantCulture)))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken).Task).ToList();
        var runs = Enumerable.Range(0, 2)
            .Select(_ => Llmmem.Run("run", "tiny", "--device", "cpu", "--prompt", "4", "--new-tokens", "2", "--out", folder, "--json")).ToList();
        Assert.All(await Task.WhenAll(writers), writer => Assert.True(writer.ExitCode == 0, writer.StandardOutput));
        Assert.All(await Task.WhenAll(runs), run => run.Well());

        var records = sweep.Records();
        Assert.Equal(2, records.Count(record => record.GetProperty("host").GetProperty("os").GetString() != SampleRecord.Run.Host.Os));
        var written = records.Where(record => record.GetProperty("host").GetProperty("os").GetString() == SampleRecord.Run.Host.Os).ToList();
        // Each writer's records are all there, in its order.
        Assert.Equal(Writers * Each, written.Count);
        for (var writer = 0; writer < Writers; writer++)
            Assert.Equal(Enumerable.Range(0, Each), written.Where(record => record.GetProperty("seed").GetInt32() == writer).Select(record => record.GetProperty("repeat").GetInt32()));
    }

    /// <summary>One of the four, in a process of its own.</summary>
    [Fact(Explicit = true)]
    public void One_of_the_writers()
    {
        var writer = int.Parse(Environment.GetEnvironmentVariable(WriterVariable)!, CultureInfo.InvariantCulture);
        var generated = Enumerable.Range(0, 1000 + (1000 * writer)).Select(id => (long)id).ToArray();
        using var results = ResultsAppender.Open(Environment.GetEnvironmentVariable(FolderVariable)!);
        for (var repeat = 0; repeat < Each; repeat++)
            results.Append(SampleRecord.Run with { Seed = writer, Repeat = repeat, Generated = [generated] });
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
