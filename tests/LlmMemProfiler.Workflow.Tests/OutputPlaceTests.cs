using CliWrap;
using CliWrap.Buffered;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Files that are named on the command line: what was there stays until the new one is whole, and what is no file is told so.</summary>
public sealed class OutputPlaceTests : IDisposable
{
    private static readonly string[] Tiny = ["run", "tiny", "--device", "cpu", "--dtype", "fp32", "--prompt", "4", "--new-tokens", "2"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--trace")]
    [InlineData("--save-logits")]
    public async Task An_early_failure_leaves_an_existing_file_as_it_was(string option)
    {
        var file = folder.With("file", "before");
        (await Llmmem.Run([.. Tiny, option, file, "--libtorch", "/nonexistent"])).Badly(3, "/nonexistent");
        Assert.Equal("before", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>
    /// Without libtorch: told before it is looked for. Not one of /dev: a writer that is broken would replace it for the whole machine.
    /// </summary>
    [Theory]
    [InlineData("run tiny --libtorch /nonexistent --trace PLACE/device", "--trace")]
    [InlineData("run tiny --libtorch /nonexistent --save-logits PLACE/device", "--save-logits")]
    [InlineData("run tiny --libtorch /nonexistent --dtype fp32 --save-model PLACE/model", "--save-model")]
    [InlineData("calibrate EVIDENCE --out PLACE/profile.json", "--out")]
    [InlineData("report EVIDENCE --out PLACE/report", "--out")]
    public async Task A_device_is_refused_in_one_line_before_any_work(string line, string option)
    {
        const string device = "/dev/pts/ptmx";
        string[] places = ["device", "profile.json", "model/model.safetensors", "report/report.html"];
        foreach (var place in places.Select(Path))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(place)!);
            File.CreateSymbolicLink(place, device);
        }
        var words = line.Replace("PLACE", folder.Path, StringComparison.Ordinal).Replace("EVIDENCE", Repository.Evidence("sweep"), StringComparison.Ordinal);
        (await Llmmem.Run(words.Split(' '))).Badly(2, option, "is a device, not a file");
        Assert.All(places, place => Assert.Equal(device, new FileInfo(Path(place)).LinkTarget));
    }

    [Theory]
    [InlineData("--trace", "-")]
    [InlineData("--trace", "/dev/stdout")]
    [InlineData("--save-logits", "-")]
    public async Task A_file_that_goes_to_stdout_has_it_alone(string option, string stdout)
    {
        var file = Path("file");
        (await Llmmem.Run([.. Tiny, option, file])).Well();
        var bytes = new MemoryStream();
        var ended = await Llmmem.Command([.. Tiny, option, stdout]).WithStandardOutputPipe(PipeTarget.ToStream(bytes)).ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, ended.ExitCode);
        if (option == "--trace")
        {
            var again = folder.With("again", System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
            Assert.Equal(Events(await Llmmem.Run("replay", file, "--json")), Events(await Llmmem.Run("replay", again, "--json")));
        }
        else
        {
            Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), bytes.ToArray());
        }
        (await Llmmem.Run([.. Tiny, option, stdout, "--json"])).Badly(2, "--json needs stdout");

        static long Events(Ended replayed) => replayed.Well().Json.GetProperty("events").GetInt64();
    }

    /// <summary>As of a shell's <c>>(gzip > FILE)</c>. The reader that goes away after the first bytes stands for a disk that is full.</summary>
    [Theory]
    [InlineData("cat", true)]
    [InlineData("head -c 10", false)]
    public async Task A_named_pipe_takes_a_trace_as_far_as_somebody_reads_it(string reader, bool isWhole)
    {
        var (pipe, read) = (Path("pipe"), Path("read"));
        await Sh($"mkfifo {pipe}");
        var reading = Sh($"{reader} < {pipe} > {read}");
        var ended = await Llmmem.Run([.. Tiny, "--trace", pipe, "--out", Path("out")]);
        await reading;
        Assert.True(ended.Code == (isWhole ? 0 : 1), $"exit code {ended.Code}: {ended.Error}");
        Assert.Equal(isWhole, ended.Output.Contains($"trace file: {pipe}", StringComparison.Ordinal));
        Assert.Equal(!isWhole, ended.Error.Contains($"--trace {pipe}: cannot write", StringComparison.Ordinal));
        Assert.Equal(isWhole ? 0 : 2, (await Llmmem.Run("replay", read)).Code);
        await Sh($"test -p {pipe}");
        Assert.Single(File.ReadAllLines(Path("out/results.jsonl")));
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_holds_up_the_trace_and_not_the_record()
    {
        var (pipe, stop) = (Path("pipe"), Path("stop"));
        await Sh($"mkfifo {pipe} {stop}");
        // The trace is larger than what a pipe holds unread.
        var reading = Sh($"exec 3< {pipe}; read -r line < {stop}; cat <&3 > {Path("read")}");
        var running = Llmmem.Run([.. Tiny, "--trace", pipe, "--out", Path("out")]);
        Assert.True(await Moment.Comes(() => File.Exists(Path("out/results.jsonl")) && File.ReadAllText(Path("out/results.jsonl")).EndsWith('\n')));
        Assert.False(running.IsCompleted);
        await Sh($"echo > {stop}");
        (await running).Well();
        await reading;
        (await Llmmem.Run("replay", Path("read"))).Well();
    }

    private string Path(string name) => System.IO.Path.Combine(folder.Path, name);

    private static async Task Sh(string command) =>
        await CliWrap.Cli.Wrap("sh").WithArguments(["-c", command]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
