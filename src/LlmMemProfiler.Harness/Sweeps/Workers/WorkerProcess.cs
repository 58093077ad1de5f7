using System.Diagnostics;
using System.Text.Json;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>Runs a worker process. Its stdin stays open, so that it notices when this process dies.</summary>
public static class WorkerProcess
{
    /// <summary>Time for a worker to exit after its record, and for its pipes to drain.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs a worker.</summary>
    /// <param name="command">How to start it.</param>
    /// <param name="request">The request.</param>
    /// <param name="limit">Time limit, after which it and its children are killed.</param>
    /// <param name="onState">Receives progress.</param>
    /// <param name="cancellation">Kills it immediately.</param>
    /// <exception cref="DeviceException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was canceled by <paramref name="cancellation"/>.</exception>
    public static async Task<WorkerEnd> RunAsync(
        WorkerCommand command, WorkerRequest request, TimeSpan limit, Action<WorkerState> onState, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var kills = OomKills.Count();
        using var process = await WorkerStarter.StartAsync(command);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(limit);
        var end = new WorkerEnd { ExitCode = 0 };
        var output = new WorkerOutput(message =>
        {
            end = end with
            {
                Facts = message.Facts ?? end.Facts,
                State = message.State ?? end.State,
                Record = message.Record ?? end.Record,
                Fault = message.Fault ?? end.Fault,
            };
            if (message.State is { } state)
                onState(state);
            if (message.Record is not null)
                time.CancelAfter(Grace);
        });
        var errors = new OutputTail();
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput.BaseStream), errors.ReadAsync(process.StandardError.BaseStream));
        var timedOut = false;
        try
        {
            await Send(process, request with { Parent = Environment.ProcessId });
            await process.WaitForExitAsync(time.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            timedOut = !cancellation.IsCancellationRequested;
        }
        // A child of the worker may survive and keep its pipes open.
        await Task.WhenAny(reading, Task.Delay(Grace, CancellationToken.None));
        cancellation.ThrowIfCancellationRequested();
        return end with
        {
            ExitCode = process.ExitCode,
            TimedOut = timedOut,
            OomKills = OomKills.Count() - kills,
            StderrTail = errors.LastLines(3),
            Garbage = output.Garbage,
        };
    }

    private static async Task Send(Process process, WorkerRequest request)
    {
        try
        {
            var input = process.StandardInput.BaseStream;
            await input.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Default.WorkerRequest), (byte)'\n']);
            await input.FlushAsync();
        }
        catch (IOException)
        {
            // It has already exited; its exit code says why.
        }
    }
}
