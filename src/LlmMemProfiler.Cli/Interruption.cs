using System.Runtime.InteropServices;

namespace LlmMemProfiler.Cli;

/// <summary>
/// Ctrl-C, or a scheduler's SIGTERM, while something is measured: the first asks the work to end after its current step, so that
/// what was measured can be kept, however long that step takes; the second ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly string promise;

    /// <param name="promise">What the first signal does.</param>
    public Interruption(string promise = "the current step is ended first")
    {
        this.promise = promise;
        registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
            return;
        context.Cancel = true;
        // On a terminal, the progress line is open.
        if (!Console.IsErrorRedirected)
            Console.Error.WriteLine();
        Console.Error.WriteLine($"llmmem: interrupted; {promise}, and a second signal ends all at once");
        source.Cancel();
    }
}
