namespace LlmMemProfiler.Reports.Plots;

/// <summary>Keeps labels from overlapping in one dimension.</summary>
internal static class LabelSpread
{
    /// <summary>
    /// The centers nearest to the wanted ones (least squares) such that no labels overlap: isotonic regression by pooling adjacent
    /// violators, over the centers minus the space used by earlier labels.
    /// </summary>
    /// <param name="wanted">Wanted centers, ascending.</param>
    /// <param name="lengths">Each label's length, including the gap to its neighbor.</param>
    /// <param name="min">Earliest start of the first label.</param>
    /// <param name="max">Latest end of the last label; if the labels do not fit, they overflow here.</param>
    public static double[] Place(IReadOnlyList<double> wanted, IReadOnlyList<double> lengths, double min, double max)
    {
        var before = new double[wanted.Count];
        for (var i = 1; i < before.Length; i++)
            before[i] = before[i - 1] + (lengths[i - 1] + lengths[i]) / 2;

        var pools = new Stack<(double Mean, int Count)>();
        for (var i = 0; i < before.Length; i++)
        {
            var pool = (Mean: wanted[i] - before[i], Count: 1);
            while (pools.TryPeek(out var left) && left.Mean > pool.Mean)
            {
                pools.Pop();
                var count = left.Count + pool.Count;
                pool = ((left.Mean * left.Count + pool.Mean * pool.Count) / count, count);
            }
            pools.Push(pool);
        }

        var slots = pools.Reverse().SelectMany(p => Enumerable.Repeat(p.Mean, p.Count)).ToArray();
        for (var i = 0; i < slots.Length; i++)
        {
            var highest = max - lengths[^1] / 2 - before[^1];
            slots[i] = Math.Max(Math.Min(slots[i], highest), min + lengths[0] / 2) + before[i];
        }
        return slots;
    }
}
