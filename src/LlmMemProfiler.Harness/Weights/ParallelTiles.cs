using System.Runtime.ExceptionServices;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>Reads and converts tiles on a few threads; more would only hold more of them.</summary>
internal static class ParallelTiles
{
    private const int MostThreads = 4;

    /// <summary>
    /// Tiles are handed out in their order: the system reads ahead of a file only where it seems to be read from its beginning to its end.
    /// Small ones through one handle do; of 2 MiB, or with a file's halves to each thread, 500 MB took 1.5 to 3 times as long (Linux 6.18).
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="act">Receives the index of each.</param>
    public static void ForEach(long count, Action<long> act)
    {
        var next = -1L;
        try
        {
            Parallel.For(0, Math.Min(count, Math.Clamp(Environment.ProcessorCount, 1, MostThreads)), (_, state) =>
            {
                for (var i = Interlocked.Increment(ref next); i < count && !state.ShouldExitCurrentIteration; i = Interlocked.Increment(ref next))
                    act(i);
            });
        }
        catch (AggregateException e)
        {
            // The first fault, as a loop would have thrown it.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
