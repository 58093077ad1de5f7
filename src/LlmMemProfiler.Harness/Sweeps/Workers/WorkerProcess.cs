using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>One worker process from its start to its end. Its stdin stays open all the while: when this process dies, it sees that.</summary>
public static class WorkerProcess
{
    /// <summary>For a worker that has told its record to go, and for its pipes to run dry.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs a worker.</summary>
    /// <param name="command">How it is started.</param>
    /// <param name="request">What it is asked.</param>
    /// <param name="limit">After this it is ended, and all that it started.</param>
    /// <param name="onState">Hears where it is.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="DeviceException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was ended by <paramref name="cancellation"/>.</exception>
    public static async Task<WorkerEnd> RunAsync(
        WorkerCommand command, WorkerRequest request, TimeSpan limit, Action<WorkerState> onState, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var process = Start(command);
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
            await Send(process, request);
            await process.WaitForExitAsync(time.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            timedOut = !cancellation.IsCancellationRequested;
        }
        // Something that the worker started may live on and hold its pipes.
        await Task.WhenAny(reading, Task.Delay(Grace, CancellationToken.None));
        cancellation.ThrowIfCancellationRequested();
        return end with { ExitCode = process.ExitCode, TimedOut = timedOut, StderrTail = errors.LastLines(3), Garbage = output.Garbage };
    }

    private static Process Start(WorkerCommand command)
    {
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DeviceException($"{command.File}: the worker cannot be started ({e.Message}); is the program whole, and are there processes left?", e);
        }
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
            // It is gone already; its exit code tells.
        }
    }
}
