using System.Globalization;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Cli.Output;

/// <summary>How far a long simulation is, on a terminal.</summary>
internal sealed class SimulationLine : IDisposable
{
    private readonly LiveLine line = new(delay: 1000);

    public SimulationLine() => Watch = new() { OnPass = Show };

    public SimulationWatch Watch { get; }

    public void Dispose() => line.Dispose();

    private void Show(long done, long total) =>
        line.Show(() => string.Create(CultureInfo.InvariantCulture, $"{Watch!.Work} {ProgressBar.Of(done, total)} {100.0 * done / total,5:F1} %"));
}
