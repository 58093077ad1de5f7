using System.Diagnostics;
using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>scripts/gpu-evidence.sh from end to end, on the CPU and with tiny models: the same stages as on a GPU box.</summary>
public sealed class EvidenceScriptTests(CudaLibTorch libtorch) : IDisposable
{
    private static readonly string Script = Path.Combine(Scripts.Folder, "gpu-evidence.sh");

    private readonly TemporaryFolder folder = new();

    private string Output => Path.Combine(folder.Path, "evidence");

    private string State => Path.Combine(folder.Path, "state");

    [Fact]
    public async Task It_brings_back_a_few_files_and_does_nothing_twice()
    {
        Scripts.Require("bash", "timeout");
        (await Run()).Well();
        var files = Directory.GetFileSystemEntries(Output).Select(f => Path.GetFileName(f)!).ToList();
        Assert.InRange(files.Count, 5, 8);
        Assert.Equal(["claims.json", "doctor.json", "evidence.txt", "hook-cost.json", "results.jsonl", "trace.json.gz"], files.Where(f => f != "side-by-side.json").Order());
        AssertComplete();

        var again = (await Run()).Well();
        Assert.DoesNotContain("done in", again.Error, StringComparison.Ordinal);
        Assert.Equal(8, again.Error.Split("done before").Length - 1);
    }

    /// <summary>Two runs, four points of the sweep, and half of them under the allocator's other settings; stages that need values, times or a driver say why they are left out.</summary>
    [Fact]
    public async Task On_a_virtual_GPU_every_point_is_equal_and_what_needs_values_is_skipped()
    {
        Scripts.Require("bash", "timeout");
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        string[] device = ["--device", "virtual:h100", "--libtorch", libtorch.Libraries];
        var ended = (await Run(device)).Well();
        Assert.Contains("points: all 8 equal: tensor, allocated and reserved peaks, and every allocation and free", ended.Error, StringComparison.Ordinal);
        foreach (var (stage, reason) in (IEnumerable<(string, string)>)[("self-test", "no tokens"), ("run-eager", "no driver"), ("hook-cost", "no times"), ("side-by-side-fp16", "no logits")])
            Assert.Contains(reason, Assert.Single(ended.Error.Split('\n'), line => line.Contains($" {stage}: skipped, ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(["claims.json", "doctor.json", "evidence.txt", "results.jsonl", "trace.json.gz"], Directory.GetFileSystemEntries(Output).Select(f => Path.GetFileName(f)!).Order());
        var kinds = File.ReadAllLines(Path.Combine(Output, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("device").GetProperty("kind").GetString());
        Assert.Equal(Enumerable.Repeat("virtual", 8), kinds);

        // A record that is not as predicted, in a state where all is done.
        var results = Directory.GetFiles(Path.Combine(State, "sweep"), "*.jsonl")[0];
        var lines = File.ReadAllLines(results);
        File.WriteAllLines(results, [lines[0].Replace("\"differences\":0", "\"differences\":1", StringComparison.Ordinal)[..lines[0].IndexOf(",\"seal\"", StringComparison.Ordinal)] + "}", .. lines[1..]]);
        var changed = await Run(device);
        Assert.Equal(1, changed.Code);
        Assert.Contains("points: NOT EQUAL: trace_equal is 7 of 8", changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_CUDAs_part_of_libtorch_there_is_no_virtual_GPU_and_it_says_why()
    {
        Scripts.Require("bash", "timeout");
        var ended = await Run("--device", "virtual:h100");
        Assert.Equal(3, ended.Code);
        Assert.Contains("doctor: FAILED with 3: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("built without CUDA", ended.Error, StringComparison.Ordinal);
        Assert.EndsWith("no usable device: virtual:h100\n", ended.Error, StringComparison.Ordinal);
        ended = await Run("--device", "virtual:h10");
        Assert.Equal(2, ended.Code);
        Assert.Contains("did you mean h100", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_it_goes_on_where_it_was()
    {
        Scripts.Require("bash", "timeout", "setsid");
        using (var script = Scripts.Start("bash", Arguments()))
        {
            while (!File.Exists(Path.Combine(State, "done", "self-test")) && !script.HasExited)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            using var kill = Process.Start("kill", ["-KILL", "--", $"-{script.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var ended = (await Run()).Well();
        Assert.Contains("doctor: done before", ended.Error, StringComparison.Ordinal);
        Assert.Contains("sweep: done in", ended.Error, StringComparison.Ordinal);
        AssertComplete();
    }

    [Fact]
    public async Task Where_time_is_over_it_says_how_to_go_on()
    {
        Scripts.Require("bash", "timeout");
        var ended = await Run("--budget", "0");
        Assert.Equal(4, ended.Code);
        Assert.Contains($"time was over; call again with --state {State}", ended.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(State, "done")));
    }

    [Fact]
    public async Task Without_the_device_it_ends_at_once_and_says_why()
    {
        Scripts.Require("bash", "timeout");
        Assert.SkipWhen(File.Exists("/dev/nvidiactl"), "this machine has a GPU");
        var ended = await Run("--device", "cuda:0");
        Assert.Equal(3, ended.Code);
        Assert.Contains("cuda:0: the libtorch in", ended.Error, StringComparison.Ordinal);
        Assert.EndsWith("no usable device: cuda:0\n", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sweep", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_no_device_ends_it_as_bad_usage()
    {
        Scripts.Require("bash", "timeout");
        var ended = await Run("--device", "gpu");
        Assert.Equal(2, ended.Code);
        Assert.Contains("--device gpu: unknown device; must be auto, cpu, cuda:0", ended.Error, StringComparison.Ordinal);
        Assert.EndsWith("bad usage: see above\n", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sweep", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_that_are_timed_keep_no_logits_and_only_they_are_evidence()
    {
        Scripts.Require("bash", "timeout", "python3");
        // A python3 without packages: the comparison is left out, what it would be made with is not.
        var python = folder.With("python", "#!/bin/sh\nexec python3 -S \"$@\"\n");
        (await Scripts.Run("chmod", "+x", python)).Well();
        var ended = (await Run("--python", python)).Well();
        Assert.Contains("side-by-side, fp32: skipped: side-by-side: this python3 has no torch", ended.Error, StringComparison.Ordinal);
        var records = File.ReadAllLines(Path.Combine(Output, "results.jsonl"));
        Assert.Equal(6 + (2 * 3), records.Length);
        Assert.Empty(Directory.GetFileSystemEntries(State, "model-*"));
    }

    [Theory]
    [InlineData("--budget", "many", "a whole number of seconds is needed")]
    [InlineData("--devise", "cpu", "'--devise' is not understood")]
    [InlineData("--quick", "--out", "--out lacks its value")]
    public async Task Bad_usage_is_one_line(string first, string second, string words)
    {
        Scripts.Require("bash");
        var ended = await Scripts.Run("bash", Script, first, second);
        Assert.Equal(2, ended.Code);
        Assert.Contains(words, Assert.Single(ended.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string[] Arguments(params string[] more) => [Script, "--device", "cpu", "--quick", "--out", Output, "--state", State, "--python", "no-such-python", .. more];

    private Task<Ended> Run(params string[] more) => Scripts.Run("bash", Arguments(more));

    /// <summary>Two runs and four points of the sweep, each once, every prediction met.</summary>
    private void AssertComplete()
    {
        var records = File.ReadAllLines(Path.Combine(Output, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(6, records.Count);
        Assert.Equal(6, records.Select(r => r.GetProperty("point_id").GetString()).Distinct().Count());
        var claims = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "claims.json"))).RootElement;
        Assert.Equal(6, claims.GetProperty("ok").GetInt32());
        Assert.Equal(6, claims.GetProperty("tensor_peak_equal").GetInt32());
        var cost = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "hook-cost.json"))).RootElement;
        Assert.True(cost.GetProperty("pairs").GetInt32() > 100);
        Assert.Equal(JsonValueKind.Number, cost.GetProperty("median_percent").ValueKind);
        Assert.Contains("the same tokens as on the CPU", File.ReadAllText(Path.Combine(Output, "evidence.txt")), StringComparison.Ordinal);
    }
}
