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

/// <summary>The worker's side: reads one request, sends progress, and ends with a record.</summary>
/// <param name="output">Receives the messages, one per line.</param>
public sealed class Worker(Stream output)
{
    /// <summary>Limits the rate; each message costs the measurement a few microseconds.</summary>
    private const int MillisecondsBetweenStates = 250;

    private long lastSent;
    private Phase lastPhase;

    /// <summary>Serves one request from a stream, and kills this process when the stream ends, since the sweep is then gone.</summary>
    /// <returns>True if it sent the requested record or facts.</returns>
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
            if (request.Parent is { } parent && !ParentDeath.Follow(parent))
                return false;
            using var opened = OpenedDevice.Open(request.Device, request.Libtorch, request.AllowBusy);
            var (device, library) = (opened.Device, opened.Library);
            Send(new() { Facts = new(device.Facts, HostReader.Read(library), device.Allocator, device.Capacity) });
            if (request is { Model: { } model, Workload: { } workload })
                Measure(new(model.ToSpec(), workload, request.Seed), device, library);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var kind = e switch
            {
                InputException => WorkerFault.Input,
                DeviceException => "device",
                _ => "program",
            };
            Send(new() { Fault = new(kind, kind == "program" ? $"{e.GetType().Name}: {e.Message.Split('\n')[0].Trim()}" : e.Message) });
            return false;
        }
    }

    /// <summary>If memory runs out, the kernel should kill this process, not the one that writes the records (proc(5), oom_score_adj).</summary>
    private static void VolunteerForOomKiller()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it kills the larger one, which is this one anyway.
        }
    }

    private static void ExitWithParent(StreamReader reader)
    {
        while (reader.ReadLine() is not null)
            continue;
        // Killed, since the measuring thread may be deep inside libtorch.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }

    private void Measure(RunRequest request, ComputeDevice device, LibTorchLibrary library)
    {
        // Sent before the measurement, to exclude the cost of the first message.
        var level = new PhaseFacts { Phase = Phase.Init, Seconds = device.Virtual is null ? 0 : null, Steps = 0, DeviceEnd = device.Probe.Read().Used };
        Send(new() { State = new(Phase.Init, 0, 1, 0, [level]) });
        Send(new() { Record = MeasuredRun.Execute(request, device, library, SendProgress, CancellationToken.None, onTermination: SendLast) });
    }

    private void SendLast(RunRecord record)
    {
        Send(new() { Record = record });
        Termination.Exit(0);
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
        // On its own line, even if a library wrote an incomplete one.
        output.Write((byte[])[(byte)'\n', .. JsonSerializer.SerializeToUtf8Bytes(message, WorkerJson.Default.WorkerMessage), (byte)'\n']);
        output.Flush();
    }
}
