namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Blocks ordered by (size, address), the best-fit order. Sorted buckets of bounded length: search
/// is logarithmic, an insertion moves at most one bucket of entries, and no operation produces garbage.
/// </summary>
internal sealed class BlockSet
{
    private const int BucketLength = 128;

    private Bucket[] buckets = new Bucket[4];
    private int count = 1;

    public BlockSet() => buckets[0] = new();

    public void Add(long size, long address, int block)
    {
        var at = BucketOf(size, address);
        if (buckets[at].Count == BucketLength)
        {
            Halve(at);
            at = BucketOf(size, address);
        }
        var bucket = buckets[at];
        var place = bucket.LowerBound(size, address);
        bucket.Entries.AsSpan(place, bucket.Count - place).CopyTo(bucket.Entries.AsSpan(place + 1));
        bucket.Entries[place] = new(size, address, block);
        bucket.Count++;
    }

    /// <summary>Removes a block that is in the set.</summary>
    public void Remove(long size, long address)
    {
        var at = BucketOf(size, address);
        RemoveAt(new(at, buckets[at].LowerBound(size, address)));
    }

    public void RemoveAt(Place place)
    {
        var bucket = buckets[place.Bucket];
        bucket.Count--;
        bucket.Entries.AsSpan(place.Index + 1, bucket.Count - place.Index).CopyTo(bucket.Entries.AsSpan(place.Index));
        if (bucket.Count > 0 || count == 1)
            return;
        count--;
        Array.Copy(buckets, place.Bucket + 1, buckets, place.Bucket, count - place.Bucket);
    }

    /// <summary>The first entry not before (size, address); may be past the end.</summary>
    public Place LowerBound(long size, long address = 0)
    {
        var at = BucketOf(size, address);
        var index = buckets[at].LowerBound(size, address);
        return index == buckets[at].Count && at + 1 < count ? new(at + 1, 0) : new(at, index);
    }

    /// <summary>The block at a place, or <see cref="BlockTable.None"/> past the end.</summary>
    public int At(Place place) =>
        place.Index < buckets[place.Bucket].Count ? buckets[place.Bucket].Entries[place.Index].Block : BlockTable.None;

    public Place After(Place place) =>
        place.Index + 1 == buckets[place.Bucket].Count && place.Bucket + 1 < count
            ? new(place.Bucket + 1, 0)
            : place with { Index = place.Index + 1 };

    /// <summary>The largest block, or <see cref="BlockTable.None"/>.</summary>
    public int Last => buckets[count - 1] is { Count: > 0 } last ? last.Entries[last.Count - 1].Block : BlockTable.None;

    /// <summary>The blocks in order; the set must not change during enumeration.</summary>
    public IEnumerator<int> GetEnumerator()
    {
        for (var place = default(Place); At(place) is var block && block != BlockTable.None; place = After(place))
            yield return block;
    }

    /// <summary>The last bucket that does not start after (size, address).</summary>
    private int BucketOf(long size, long address)
    {
        var (low, high) = (0, count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (buckets[middle].Entries[0].IsBefore(size, address) || buckets[middle].Entries[0].Is(size, address))
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private void Halve(int at)
    {
        if (count == buckets.Length)
            Array.Resize(ref buckets, 2 * count);
        Array.Copy(buckets, at + 1, buckets, at + 2, count - at - 1);
        count++;
        var back = new Bucket { Count = BucketLength / 2 };
        Array.Copy(buckets[at].Entries, BucketLength / 2, back.Entries, 0, BucketLength / 2);
        buckets[at].Count = BucketLength / 2;
        buckets[at + 1] = back;
    }

    /// <summary>Position of an entry, valid until the set changes.</summary>
    public readonly record struct Place(int Bucket, int Index);

    private readonly record struct Entry(long Size, long Address, int Block)
    {
        public bool IsBefore(long size, long address) => Size < size || (Size == size && Address < address);

        public bool Is(long size, long address) => Size == size && Address == address;
    }

    private sealed class Bucket
    {
        public readonly Entry[] Entries = new Entry[BucketLength];

        public int Count;

        public int LowerBound(long size, long address)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Entries[middle].IsBefore(size, address))
                    low = middle + 1;
                else
                    high = middle;
            }
            return low;
        }
    }
}
