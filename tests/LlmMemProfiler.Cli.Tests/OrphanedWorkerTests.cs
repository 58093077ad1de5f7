using System.Diagnostics;
using System.Text.Json;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Tests;

public sealed class OrphanedWorkerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A sweep that is killed can end nobody; its end of the pipe closes all the same.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_worker_ends_when_nobody_waits_for_it_any_more_though_its_words_still_go_somewhere()
    {
        var model = ModelFile.Read(folder.With("slow.json", SlowModel.Json));
        var request = new WorkerRequest("cpu", null, model, new() { Type = Core.Units.DataType.Float32, Prompt = 8, NewTokens = 4000 }, 1);
        using var worker = Process.Start(new ProcessStartInfo(Llmmem.Executable, ["worker"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await worker.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, WorkerJson.Default.WorkerRequest));
        await worker.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        string? line;
        while ((line = await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))?.Contains("\"phase\":\"decode\"", StringComparison.Ordinal) == false)
            continue;
        Assert.NotNull(line);

        worker.StandardInput.Close();
        var rest = worker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var isGone = worker.WaitForExit(5000);
        worker.Kill();
        Assert.True(isGone, "the worker goes on");
        Assert.DoesNotContain("\"status\":\"ok\"", await rest, StringComparison.Ordinal);
    }
}
