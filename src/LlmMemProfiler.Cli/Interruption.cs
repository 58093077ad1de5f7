using System.Runtime.InteropServices;
using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli;

/// <summary>
/// Handles Ctrl-C, or a scheduler's SIGTERM, during a measurement: the first signal stops after the current step, however long that
/// takes, so that measurements are kept; the second ends the process at once. A terminal that goes away sends SIGHUP twice, the shell
/// first and the kernel when the shell has ended: however often it comes, it stops after the current step.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly string response;

    /// <param name="response">What happens on the first signal.</param>
    public Interruption(string response = "finishing the current step")
    {
        this.response = response;
        registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        // Once interrupted, the process is about to end, and a late second SIGHUP must not change its exit code.
        if (source.IsCancellationRequested)
            return;
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            context.Cancel = context.Signal == PosixSignal.SIGHUP;
            return;
        }
        context.Cancel = true;
        // A terminal has an open progress line.
        if (!Console.IsErrorRedirected)
            Terminal.Error.WriteWhole("");
        Terminal.Say($"interrupted; {response} (a second signal quits at once)");
        source.Cancel();
    }
}
