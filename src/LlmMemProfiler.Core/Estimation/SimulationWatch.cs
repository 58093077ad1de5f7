using System.Diagnostics;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Follows symbolic runs pass by pass: tells how far they are, and ends those that take too long. Not for several threads.</summary>
public sealed class SimulationWatch
{
    /// <summary>Allocations and frees that no run may have.</summary>
    public const long MostEvents = 4_000_000_000;

    /// <summary>A hundred times those of 4,000 new tokens through 32 layers: what was measured has fewer.</summary>
    private const long MostEventsOfRecord = 400_000_000;

    private readonly Stopwatch time = Stopwatch.StartNew();

    /// <summary>For all runs together, from now on; null for as long as they take.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Of each run: all passes have about as many, so that it is known at its beginning, and nobody waits in vain.</summary>
    public long EventLimit { get; init; } = MostEvents;

    /// <summary>Receives how many passes of a run are done, and how many it has.</summary>
    public Action<long, long>? OnPass { get; init; }

    /// <summary>What is being done, for a progress line.</summary>
    public string Work { get; private set; } = "simulate";

    internal void Begin(string work) => Work = work;

    /// <summary>For points that records describe: they come from outside, and may have any size.</summary>
    /// <param name="limit">For all of them together.</param>
    public static SimulationWatch OfRecords(TimeSpan limit) => new() { Limit = limit, EventLimit = MostEventsOfRecord };

    /// <param name="done">Passes.</param>
    /// <param name="total">Passes of the whole run.</param>
    /// <param name="events">Allocations and frees of the passes done.</param>
    /// <exception cref="InputException">They take too long.</exception>
    internal void Pass(long done, long total, long events)
    {
        OnPass?.Invoke(done, total);
        if (time.Elapsed > Limit)
            throw TooLong($"longer than {Limit.Value.TotalSeconds:0.###} s", done, total);
        if ((double)events / done * total > EventLimit)
            throw TooLong($"more than {EventLimit:N0} allocations and frees", done, total);
    }

    private static InputException TooLong(FormattableString limit, long done, long total) =>
        new($"simulating takes {FormattableString.Invariant(limit)} (at pass {done} of {total}); must have fewer layers or new tokens");
}
