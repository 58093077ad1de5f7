using System.Diagnostics;
using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class OrphanedWorkerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A sweep that is killed can end nobody; its end of the pipe closes all the same.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_worker_ends_when_nobody_waits_for_it_any_more_though_its_words_still_go_somewhere()
    {
        var model = ModelFile.Read(folder.With("slow.json", SlowModel.Json));
        var request = new WorkerRequest("cpu", null, WorkerModel.Of(model), new() { Type = Core.Units.DataType.Float32, Prompt = 8, NewTokens = 4000 }, 1);
        using var worker = Process.Start(new ProcessStartInfo(Llmmem.Executable, ["worker"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await worker.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, WorkerJson.Default.WorkerRequest));
        await worker.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        string? line;
        while ((line = await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))?.Contains("\"phase\":\"decode\"", StringComparison.Ordinal) == false)
            continue;
        Assert.NotNull(line);

        AssertKnown(JsonDocument.Parse(line).RootElement.GetProperty("state").GetProperty("phases"), request);

        worker.StandardInput.Close();
        // One that goes on comes to its record, and to another end.
        var rest = await worker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(137, worker.ExitCode);
        Assert.DoesNotContain("\"status\":\"ok\"", rest, StringComparison.Ordinal);
    }

    /// <summary>Stopped, it can notice nothing; the kernel ends it.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_stopped_worker_ends_with_its_sweep()
    {
        folder.With("slow.json", SlowModel.Json);
        var plan = folder.With("plan.json", """{"points":[{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000}]}""");
        var processes = new MarkedProcesses();
        using var sweep = processes.Start("sweep", plan, "--device", "cpu", "--out", Path.Combine(folder.Path, "out"));
        var results = Path.Combine(folder.Path, "out", "results.jsonl");
        Assert.True(await Moment.Comes(() => File.Exists(results) && processes.Workers() == 1), "no worker began");
        var worker = processes.WorkerIds()[0];
        // It has asked the kernel once it has loaded libtorch.
        Assert.True(await Moment.Comes(() => File.ReadAllText($"/proc/{worker}/maps").Contains("libtorch_cpu.so", StringComparison.Ordinal)), "it loads no libtorch");
        await MarkedProcesses.Send("-STOP", worker);
        await MarkedProcesses.Send("-KILL", sweep.Id);
        Assert.True(await Moment.Comes(() => processes.Workers() == 0), "a stopped worker outlived its sweep");
    }

    /// <summary>Threads of the pool end soon here, also the one that would have started the worker.</summary>
    [Fact(Timeout = 600_000)]
    public async Task No_worker_ends_with_an_idle_thread_of_its_sweep()
    {
        folder.With("slow.json", SlowModel.Json);
        var plan = folder.With("plan.json", """{"points":[{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":300}]}""");
        using var sweep = new MarkedProcesses().Start(
            ["DOTNET_ThreadPool_ThreadTimeoutMs=20"], ["sweep", plan, "--device", "cpu", "--out", Path.Combine(folder.Path, "out"), "--json"]);
        var record = JsonDocument.Parse(await sweep.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(1, SweepFolder.Count(record, "ok"));
    }

    /// <summary>All weights were loaded: that much is known exactly, whatever becomes of the worker.</summary>
    private static void AssertKnown(JsonElement phases, WorkerRequest request)
    {
        Assert.Equal(["load", "prefill", "decode"], phases.EnumerateArray().Select(p => p.GetProperty("phase").GetString()));
        var parts = AnalyticEstimator.Estimate(request.Model!.Model("request"), request.Workload!).Parts;
        Assert.InRange(
            phases[0].GetProperty("allocated_end_bytes").GetInt64(), parts[Part.Weights]!.Value.Bytes + parts[Part.KvCache]!.Value.Bytes, long.MaxValue);
    }
}
