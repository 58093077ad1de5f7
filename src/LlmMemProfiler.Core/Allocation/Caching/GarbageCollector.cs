namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Releases segments of the large pool that have long been free, before a new segment is reserved.</summary>
/// <remarks>
/// c10, <c>cuda/CUDACachingAllocator.cpp</c>, <c>garbage_collect_cached_blocks</c>. A block's age is how often its pool was searched
/// since it was freed.
/// </remarks>
/// <param name="blocks">All blocks.</param>
/// <param name="device">Counts the reserved bytes.</param>
/// <param name="segments">Releases.</param>
/// <param name="threshold">Reserved bytes up to which nothing is released.</param>
internal sealed class GarbageCollector(BlockTable blocks, DeviceMemory device, FixedSegments segments, long threshold)
{
    private readonly List<int> whole = [];

    public void Collect(BlockPool large)
    {
        var excess = device.Reserved - threshold;
        if (excess <= 0)
            return;
        long ages = 0;
        foreach (var block in large.FreeBlocks)
        {
            if (!blocks.FillsSegment(block))
                continue;
            whole.Add(block);
            ages += Age(large, block);
        }
        var isFreed = true;
        while (excess > 0 && isFreed && whole.Count > 0)
        {
            // All of at least average age go, even when fewer would be enough; then, if they were not, those of the new average.
            var average = (double)ages / whole.Count;
            isFreed = false;
            for (var i = whole.Count - 1; i >= 0; i--)
            {
                var (block, age) = (whole[i], Age(large, whole[i]));
                if (age < average)
                    continue;
                isFreed = true;
                ages -= age;
                excess -= blocks[block].Size;
                whole.RemoveAt(i);
                segments.Release(large, block);
            }
        }
        whole.Clear();
    }

    private long Age(BlockPool pool, int block) => pool.Searches - blocks[block].FreedAt;
}
