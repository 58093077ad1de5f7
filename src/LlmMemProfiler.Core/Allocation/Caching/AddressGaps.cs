namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Ranges of addresses that nothing lies at, in whole pages of 2 MiB. The lowest one of a size is found without a look at each: shorter
/// than a chunk, which nearly all are, they are kept by their length.
/// </summary>
internal sealed class AddressGaps
{
    private const int Lengths = (int)(DriverAddresses.Chunk / DriverAddresses.Page);

    private readonly SortedSet<long>[] byLength = [.. Enumerable.Range(0, Lengths + 1).Select(_ => new SortedSet<long>())];
    private readonly Dictionary<long, long> sizes = [];
    private readonly Dictionary<long, long> starts = [];

    /// <summary>Adds a range, joined with what lies free before and after it; none for no bytes.</summary>
    public void Add(long start, long size)
    {
        if (size == 0)
            return;
        if (starts.TryGetValue(start, out var before))
        {
            size += Remove(before);
            start = before;
        }
        if (sizes.ContainsKey(start + size))
            size += Remove(start + size);
        sizes.Add(start, size);
        starts.Add(start + size, start);
        byLength[LengthOf(size)].Add(start);
    }

    /// <summary>Takes the front of the lowest range that is long enough.</summary>
    /// <returns>Its address; null if there is none.</returns>
    public long? Take(long size)
    {
        long? lowest = null;
        for (var length = LengthOf(size); length < Lengths; length++)
        {
            if (byLength[length].Count > 0 && !(byLength[length].Min > lowest))
                lowest = byLength[length].Min;
        }
        foreach (var start in byLength[Lengths])
        {
            if (start > lowest)
                break;
            if (sizes[start] >= size)
            {
                lowest = start;
                break;
            }
        }
        if (lowest is { } found)
            Add(found + size, Remove(found) - size);
        return lowest;
    }

    private long Remove(long start)
    {
        sizes.Remove(start, out var size);
        starts.Remove(start + size);
        byLength[LengthOf(size)].Remove(start);
        return size;
    }

    private static int LengthOf(long size) => (int)Math.Min(size / DriverAddresses.Page, Lengths);
}
