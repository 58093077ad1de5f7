using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CliWrap;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact(Timeout = 600_000)]
    public async Task Interrupted_while_decoding_a_run_keeps_what_was_measured_until_then()
    {
        var prefilled = new TaskCompletionSource();
        var (ended, record) = await RunUntil(SlowModel.Json, prefilled.Task, "-INT", line =>
        {
            if (line.StartsWith("prefill", StringComparison.Ordinal))
                prefilled.TrySetResult();
        });
        var measured = record.GetProperty("measured");
        var phases = measured.GetProperty("phases").EnumerateArray().ToArray();
        Assert.Equal(["load", "prefill"], phases.Take(2).Select(p => p.GetProperty("phase").GetString()));
        var passes = phases.Skip(1).Sum(p => p.GetProperty("steps").GetInt32());
        Assert.InRange(passes, 1, 3_999);
        Assert.Equal(passes, record.GetProperty("generated")[0].GetArrayLength());
        Assert.Equal(measured.GetProperty("device_peak_bytes").GetInt64(), Sum.Of(measured.GetProperty("parts")));
        Assert.Equal(measured.GetProperty("tensor_peak_bytes").GetInt64(), Sum.Of(measured.GetProperty("tensor_parts")));
        // All weights were loaded: that much is known exactly.
        var analytic = record.GetProperty("estimates")[1].GetProperty("parts");
        Assert.Equal(
            analytic.GetProperty("weights_bytes").GetInt64(), measured.GetProperty("tensor_parts").GetProperty("weights_bytes").GetInt64());
        Assert.Contains("llmmem: interrupted", ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Ended_by_a_scheduler_before_anything_was_loaded_a_run_still_leaves_a_whole_record()
    {
        var (_, record) = await RunUntil(SlowModel.LargeJson, ResultsFileIsThere(), "-TERM", _ => { });
        Assert.Equal(0, record.GetProperty("generated").EnumerateArray().Sum(s => s.GetArrayLength()));
        var measured = record.GetProperty("measured");
        Assert.Equal(measured.GetProperty("device_peak_bytes").GetInt64(), Sum.Of(measured.GetProperty("parts")));
    }

    /// <summary>
    /// An ssh connection that drops, with both outputs on its terminal: 'script' is the terminal, and is killed. The shell hands the
    /// signal on, as an interactive one does, then again, as the kernel does when the shell ends; it lives on to tell the exit code.
    /// </summary>
    [Fact(Timeout = 600_000)]
    public async Task A_sweep_whose_terminal_goes_away_keeps_its_records_and_ends_as_interrupted()
    {
        var plan = folder.With("plan.json", """{"grids":[{"model":"tiny","batch":[1,2,3,4,5,6,7,8,9,10,11,12],"prompt":16,"new_tokens":4}]}""");
        var (code, results) = (Path.Combine(folder.Path, "code"), Path.Combine(Output, "results.jsonl"));
        var shell = folder.With("shell.sh", $"""
            trap 'while kill -HUP $id; do sleep 0.01; done' HUP
            {Llmmem.Executable} sweep {plan} --device cpu --out {Output} & id=$!
            # A signal ends a wait; what has been waited for is unknown afterwards, or still known.
            for signal in none first second; do wait $id; last=$?; [ $last = 127 ] || ended=$last; done
            echo $ended > {code}

            """);
        // Under nohup SIGHUP is ignored, and that is inherited; env keeps the process id.
        var terminal = CliWrap.Cli.Wrap("env")
            .WithArguments(["--default-signal=HUP", "script", "-qfec", $"sh {shell}", "/dev/null"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(results) || File.ReadAllLines(results).Length < 2)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await CliWrap.Cli.Wrap("kill").WithArguments(["-KILL", terminal.ProcessId.ToString(CultureInfo.InvariantCulture)]).ExecuteAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(code) || File.ReadAllText(code).Length == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("130\n", await File.ReadAllTextAsync(code, TestContext.Current.CancellationToken));
        Assert.InRange(File.ReadAllLines(results).Length, 2, 11);
        Assert.All(File.ReadAllLines(results), line => Assert.Equal("ok", JsonDocument.Parse(line).RootElement.GetProperty("status").GetString()));
    }

    /// <summary>Planning simulates each point, here for minutes; nothing is lost if it ends.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_sweep_that_is_still_planning_ends_at_once()
    {
        var processes = new MarkedProcesses();
        using var sweep = processes.Start("sweep", EndlessPlan(), "--device", "cpu", "--dry-run");
        Assert.True(await Moment.Comes(() => processes.Workers() == 1), "no worker was asked for the device");
        Assert.True(await Moment.Comes(() => processes.Workers() == 0), "the worker never answered");
        await MarkedProcesses.Send("-TERM", sweep.Id);
        Assert.True(await Moment.Comes(() => sweep.HasExited), "it goes on");
        Assert.Equal(143, sweep.ExitCode);
    }

    [Fact(Timeout = 600_000)]
    public async Task A_sweep_that_is_still_planning_says_on_a_terminal_how_far_it_is()
    {
        var command = $"echo $$; exec {Llmmem.Executable} sweep {EndlessPlan()} --device cpu --dry-run";
        using var terminal = Process.Start(new ProcessStartInfo("script", ["-qfec", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var id = int.Parse((await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
        try
        {
            var shown = new StringBuilder();
            var some = new char[1 << 10];
            while (!shown.ToString().Contains(" %", StringComparison.Ordinal))
            {
                var read = await terminal.StandardOutput.ReadAsync(some, TestContext.Current.CancellationToken);
                Assert.True(read > 0, $"it ended: {shown}");
                shown.Append(some, 0, read);
            }
            Assert.Matches("simulate [━╌]{24}   0.[0-9] %", shown.ToString());
        }
        finally
        {
            await MarkedProcesses.Send("-TERM", id);
        }
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Whose one point is simulated for minutes.</summary>
    private string EndlessPlan()
    {
        folder.With("endless.json", """
            {"name":"endless","layers":48,"d_model":64,"heads":8,"d_ff":64,"vocabulary":1000,"positions":1000000,
             "tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        return folder.With("plan.json", """{"points":[{"model":"endless.json","prompt":8,"new_tokens":900000,"cache":"concat"}]}""");
    }

    private string Output => Path.Combine(folder.Path, "out");

    private async Task<(Ended Ended, JsonElement Record)> RunUntil(string json, Task moment, string signal, Action<string> onErrorLine)
    {
        var model = folder.With("slow.json", json);
        // Where the tests run in the background of a script, SIGINT is ignored, and that is inherited; env keeps the process id.
        var command = Llmmem.Command().WithTargetFile("env").WithArguments([
            "--default-signal=INT", Llmmem.Executable, "run", model, "--device", "cpu", "--dtype", "fp32", "--prompt", "8",
            "--new-tokens", "4000", "--out", Output, "--json"]);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var running = command
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.Merge(PipeTarget.ToStringBuilder(error), PipeTarget.ToDelegate(onErrorLine)))
            .ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.NotSame(running.Task, await Task.WhenAny(moment, running.Task));
        await CliWrap.Cli.Wrap("kill").WithArguments([signal, running.ProcessId.ToString(CultureInfo.InvariantCulture)]).ExecuteAsync();
        var ended = new Ended((await running).ExitCode, output.ToString(), error.ToString());

        Assert.True(ended.Code == 130, $"exit code {ended.Code}: {ended.Error}");
        var lines = File.ReadAllText(Path.Combine(Output, "results.jsonl"));
        Assert.EndsWith("\n", lines, StringComparison.Ordinal);
        var record = JsonDocument.Parse(Assert.Single(lines.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal("failed", record.GetProperty("status").GetString());
        Assert.Equal("interrupted", record.GetProperty("error").GetString());
        Assert.True(JsonElement.DeepEquals(ended.Json, Unsealed.Of(record)), "stdout and results.jsonl differ");
        return (ended, record);
    }

    private async Task ResultsFileIsThere()
    {
        while (!File.Exists(Path.Combine(Output, "results.jsonl")))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
