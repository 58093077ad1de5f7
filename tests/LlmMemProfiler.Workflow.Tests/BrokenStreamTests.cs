namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Standard streams that are closed, full, open for reading only, or read by nobody: the work is done, and what cannot be shown is dropped.</summary>
public sealed class BrokenStreamTests : IDisposable
{
    /// <summary>A pipe whose reader is gone, as behind 'head': opened for both, so that it opens at all, and then for writing only.</summary>
    private const string Unread = "3<>$D/pipes/pipe >$D/pipes/pipe 3<&-";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, bool, bool> Streams => new()
    {
        // As a shell writes it; whether results can be shown; whether a line can be told.
        { "2>&-", true, false },
        { "2>/dev/full", true, false },
        { "<&-", true, true },
        { ">&-", false, true },
        { ">/dev/full", false, true },
        { "1</dev/null", false, true },
        { ">&- 2>&-", false, false },
        { ">/dev/full 2>/dev/full", false, false },
        { "<&- >&- 2>&-", false, false },
        { Unread, false, true },
        { $"{Unread} 2>&1", false, false },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_run_is_measured_and_recorded(string streams, bool isShown, bool isTold)
    {
        var (results, trace) = (Path.Combine(folder.Path, "results.jsonl"), Path.Combine(folder.Path, "trace.json"));
        var ended = await Sh($"run tiny --device cpu --prompt 4 --new-tokens 2 --out {folder.Path} --trace {trace} {streams}");
        Check(ended, isShown, isTold);
        Assert.Single(File.ReadAllLines(results));
        Assert.True(File.Exists(trace));
        Assert.Equal(4, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData(">&- 2>&-", false, false)]
    [InlineData(">/dev/full 2>/dev/full", false, false)]
    [InlineData("2>&-", true, false)]
    [InlineData(Unread, false, true)]
    public async Task A_sweep_keeps_all_its_records(string streams, bool isShown, bool isTold)
    {
        using var sweep = new SweepFolder(points: 2);
        Check(await Sh($"{string.Join(' ', sweep.Arguments())} {streams}"), isShown, isTold);
        Assert.Equal(2, sweep.Records().Length);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Numbers_that_cannot_be_shown_are_a_failure(string streams, bool isShown, bool isTold) =>
        Check(await Sh($"estimate tiny --json {streams}"), isShown, isTold);

    [Theory]
    [InlineData(">&-", "it is closed")]
    [InlineData(">/dev/full", "No space left on device")]
    public async Task Why_stdout_cannot_be_written_is_told(string streams, string reason) =>
        Assert.Equal($"llmmem: stdout cannot be written ({reason}); what was shown is incomplete\n", (await Sh($"estimate tiny --json {streams}")).Error);

    /// <summary>What goes to stdout by an option, and not as text, is no exception.</summary>
    [Fact]
    public async Task A_trace_to_a_pipe_that_nobody_reads_is_a_failure_after_the_record()
    {
        var ended = await Sh($"run tiny --device cpu --prompt 4 --new-tokens 2 --out $D --trace - {Unread}");
        Assert.True(ended.Code == 1, $"exit code {ended.Code}: {ended.Error}");
        Assert.Equal(["llmmem: --trace -: cannot write (Broken pipe); the run's record is unaffected"],
            ended.Error.Split('\n').Where(line => line.StartsWith("llmmem: ", StringComparison.Ordinal)));
        Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "results.jsonl")));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Bad_input_is_bad_input_all_the_same(string streams, bool isShown, bool isTold)
    {
        var ended = await Sh($"estimate tinny {streams}");
        Assert.Equal(2, ended.Code);
        Assert.Equal(isTold ? 1 : 0, ended.Error.Count(c => c == '\n'));
        // Nothing was to be shown.
        Assert.True(isShown || ended.Output.Length == 0);
    }

    private static void Check(Ended ended, bool isShown, bool isTold)
    {
        Assert.True(ended.Code == (isShown ? 0 : 1), $"exit code {ended.Code}: {ended.Error}");
        Assert.Equal(isShown, ended.Output.Length > 0);
        var told = ended.Error.Split('\n').Where(line => line.StartsWith("llmmem: ", StringComparison.Ordinal)).ToList();
        if (!isTold || isShown)
            Assert.Empty(told);
        else
            Assert.StartsWith("llmmem: stdout cannot be written (", Assert.Single(told), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    /// <param name="line">As for a shell; $D is the test's folder.</param>
    private async Task<Ended> Sh(string line)
    {
        var pipes = Directory.CreateDirectory(Path.Combine(folder.Path, "pipes")).FullName;
        return await Llmmem.Run(Llmmem.Command().WithTargetFile("sh").WithArguments(
            ["-c", $"mkfifo {pipes}/pipe; exec {Llmmem.Executable} {line.Replace("$D", folder.Path, StringComparison.Ordinal)}"]));
    }
}
