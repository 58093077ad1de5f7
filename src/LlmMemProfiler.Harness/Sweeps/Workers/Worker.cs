using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>The worker's side: reads one request, tells where it is, and ends with a record.</summary>
/// <param name="output">Gets the messages, a line each.</param>
public sealed class Worker(Stream output)
{
    /// <summary>At most so often; each word costs the measurement some microseconds.</summary>
    private const int MillisecondsBetweenStates = 250;

    private long lastSent;
    private Phase lastPhase;

    /// <summary>Serves the request that comes on a stream, and ends this process when the stream ends, since then nobody waits any more.</summary>
    /// <returns>True where there is a record or the facts that were asked for.</returns>
    public bool Serve(Stream input)
    {
        VolunteerForOomKiller();
        var reader = new StreamReader(input);
        if (reader.ReadLine() is not { } line)
            return false;
        new Thread(() => ExitWithParent(reader)) { IsBackground = true, Name = "waits for the sweep's end" }.Start();
        try
        {
            var request = JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerRequest)!;
            PinnedVariables.SetFor(request.Device);
            var library = LibTorchLibrary.Load(request.Libtorch);
            using var device = ComputeDevice.Find(request.Device, library, request.AllowBusy);
            Send(new() { Facts = new(device.Facts, HostReader.Read(library), device.Allocator, device.Capacity) });
            if (request is { Model: { } model, Workload: { } workload })
                Measure(new(model, workload, request.Seed), device, library);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var kind = e switch
            {
                InputException => "input",
                DeviceException => "device",
                _ => "program",
            };
            Send(new() { Fault = new(kind, kind == "program" ? $"{e.GetType().Name}: {e.Message.Split('\n')[0].Trim()}" : e.Message) });
            return false;
        }
    }

    /// <summary>Where memory runs out, the kernel shall take this process, and not the one that keeps the records (proc(5), oom_score_adj).</summary>
    private static void VolunteerForOomKiller()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it takes the larger one, which is this one too.
        }
    }

    private static void ExitWithParent(StreamReader reader)
    {
        while (reader.ReadLine() is not null)
            continue;
        // Without ceremony: the measuring thread may be deep inside libtorch.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }

    private void Measure(RunRequest request, ComputeDevice device, LibTorchLibrary library)
    {
        // Told before the measurement begins, so that what the first message costs is not part of it.
        var level = new PhaseFacts { Phase = Phase.Init, Seconds = 0, Steps = 0, DeviceEnd = device.Probe.Read().Used };
        Send(new() { State = new(Phase.Init, 0, 1, 0, [level]) });
        Send(new() { Record = MeasuredRun.Execute(request, device, library, SendProgress, CancellationToken.None) });
    }

    private void SendProgress(RunProgress progress)
    {
        if (progress.Phase == lastPhase && Environment.TickCount64 - lastSent < MillisecondsBetweenStates)
            return;
        (lastSent, lastPhase) = (Environment.TickCount64, progress.Phase);
        Send(new WorkerMessage { State = new(progress.Phase, progress.Done, progress.Total, progress.Seconds, progress.Phases) });
    }

    private void Send(WorkerMessage message)
    {
        // A line of its own, even where a library wrote half a line before.
        output.Write((byte[])[(byte)'\n', .. JsonSerializer.SerializeToUtf8Bytes(message, WorkerJson.Default.WorkerMessage), (byte)'\n']);
        output.Flush();
    }
}
