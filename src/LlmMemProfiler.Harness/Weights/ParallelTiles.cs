using System.Runtime.ExceptionServices;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>Reads and converts tiles on a few threads; more would only hold more of them.</summary>
internal static class ParallelTiles
{
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 4) };

    /// <param name="count">How many there are.</param>
    /// <param name="act">Receives the index of each.</param>
    public static void ForEach(long count, Action<long> act)
    {
        try
        {
            Parallel.For(0, count, Threads, act);
        }
        catch (AggregateException e)
        {
            // The first fault, as a loop would have thrown it.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
