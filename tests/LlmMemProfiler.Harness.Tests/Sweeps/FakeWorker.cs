using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

/// <summary>A program in the shell's language that stands for a worker: it does to the sweep what a worker should not.</summary>
internal sealed class FakeWorker : IDisposable
{
    /// <summary>Milliseconds after which a test that waits for a worker is ended: far more than a busy machine takes, and less than a worker hangs.</summary>
    public const int Bound = 120_000;

    /// <summary>For a worker that is not to be ended by its time.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromMinutes(10);

    public static WorkerFacts Facts { get; } = new(
        new(DeviceKind.Cpu, "A processor", null, new(1L << 40), null, null),
        new("Linux", "A processor", 2, 2, "10.0", "0.1.0", "0.107.0", "2.10.0", new Dictionary<string, string>()), "", new(1L << 40));

    public static WorkerState Loading { get; } = new(
        Phase.Load, 3, 10, 0.5, [new() { Phase = Phase.Load, Seconds = 0.5, Steps = 1, TensorPeak = new(1234), DeviceEnd = new(5678) }]);

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    /// <summary>Points of batch 1, 2, ….</summary>
    public static IReadOnlyList<SweepJob> Jobs(int count)
    {
        var model = ModelPresets.Find("tiny");
        return SweepJob.Of(
            [.. Enumerable.Range(1, count).Select(batch => new SweepPoint(model, new() { Batch = batch, Prompt = 8, NewTokens = 2 }, ModelFacts.Of(model)))],
            1, DeviceKind.Cpu, "");
    }

    /// <summary>A worker that runs a script; $request holds the line it was asked, the functions facts, state and record answer.</summary>
    public SweepLane Lane(string script)
    {
        Write("facts", new() { Facts = Facts });
        Write("state", new() { State = Loading });
        foreach (var job in Jobs(6))
            Write($"record-{job.Point.Workload.Batch}", new() { Record = Record(job) });
        var file = Path.Combine(folder, "worker.sh");
        File.WriteAllText(file, $$"""
            cd {{folder}}
            read -r request
            batch=$(echo "$request" | sed -n 's/.*"batch":\([0-9]*\).*/\1/p')
            echo "$batch" >> asked
            facts() { cat facts; }
            state() { cat state; }
            record() { cat record-$batch; }
            {{script}}
            """.ReplaceLineEndings("\n") + "\n");
        return new("cpu", "cpu", new("/bin/sh", [file]));
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(folder, name));

    public void Write(string name, WorkerMessage message) =>
        File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(message, WorkerJson.Default.WorkerMessage) + "\n");

    public static RunRecord Record(SweepJob job)
    {
        var unfinished = WorkerOutcome.Of(job, 1, Facts, new() { ExitCode = 0 }, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        return unfinished with { RunId = job.PointId, Status = RunStatus.Ok, Error = null };
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
