using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>
/// Starts every worker from one thread that lives as long as this process. The kernel kills a worker when the thread that started it
/// ends (<see cref="ParentDeath"/>), and a thread of the pool ends once it is idle.
/// </summary>
internal static class WorkerStarter
{
    private static readonly BlockingCollection<Action> Requests = [];

    static WorkerStarter() => new Thread(() =>
    {
        foreach (var start in Requests.GetConsumingEnumerable())
            start();
    })
    { IsBackground = true, Name = "starts workers" }.Start();

    /// <exception cref="DeviceException">It cannot be started.</exception>
    public static Task<Process> StartAsync(WorkerCommand command)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                started.SetResult(Start(command));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                started.SetException(e);
            }
        });
        return started.Task;
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
            throw new DeviceException($"{command.File}: the worker cannot be started ({e.Message}); check the installation and the process limit", e);
        }
    }
}
