using System.Globalization;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Cli.Output;

/// <summary>How far a long simulation is, or those of a plan together, on a terminal.</summary>
internal sealed class SimulationLine : IDisposable
{
    private readonly LiveLine line = new(delay: 1000);
    private readonly Lock gate = new();

    public SimulationLine() => Watch = new() { OnPass = Show };

    public SimulationWatch Watch { get; }

    public void Dispose() => line.Dispose();

    /// <summary>For several threads, none of which waits for another's line.</summary>
    public void Show(long done, long total)
    {
        if (!gate.TryEnter())
            return;
        try
        {
            line.Show(() => string.Create(CultureInfo.InvariantCulture, $"{Watch!.Work} {ProgressBar.Of(done, total)} {100.0 * done / total,5:F1} %"));
        }
        finally
        {
            gate.Exit();
        }
    }
}
