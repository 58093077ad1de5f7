using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Follows symbolic runs pass by pass: tells how far they are, and ends those that take too long. Not for several threads.</summary>
public sealed class SimulationWatch
{
    private readonly Stopwatch time = Stopwatch.StartNew();

    /// <summary>For all runs together, from now on; null for as long as they take.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Receives how many passes of a run are done, and how many it has.</summary>
    public Action<long, long>? OnPass { get; init; }

    /// <summary>What is being done, for a progress line.</summary>
    public string Work { get; private set; } = "simulate";

    internal void Begin(string work) => Work = work;

    /// <exception cref="InputException">They take too long.</exception>
    internal void Pass(long done, long total)
    {
        OnPass?.Invoke(done, total);
        if (time.Elapsed > Limit)
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"simulating takes longer than {Limit.Value.TotalSeconds:0.###} s (at pass {done} of {total}); must have fewer layers or new tokens"));
        }
    }
}
