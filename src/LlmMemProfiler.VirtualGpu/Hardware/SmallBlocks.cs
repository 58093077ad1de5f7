namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Allocations of less than 1 MiB inside pages that they share, in granules of 512 bytes. A page has a bit for each granule that is
/// taken, and one for each that begins an allocation.
/// </summary>
internal sealed unsafe class SmallBlocks : IDisposable
{
    public const int Granule = 512;

    /// <summary>Allocations of at least this size have pages of their own.</summary>
    public const int LargeBytes = 1 << 20;

    private const int Granules = Page.Bytes / Granule;
    private const int Words = Granules / 64;
    private const int MostPages = 1 << 16;

    private readonly Slot* slots = (Slot*)NativePages.Table((long)MostPages * sizeof(Slot));

    /// <summary>Slot 0 is none.</summary>
    private int used = 1;
    private int unused;

    /// <summary>The newest page of each device; the rest follow.</summary>
    private readonly int[] heads;

    public SmallBlocks(int devices) => heads = new int[devices];

    /// <summary>Finds room in a device's pages, the newest first.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bytes">Less than <see cref="LargeBytes"/>.</param>
    /// <param name="page">The page that has room.</param>
    /// <returns>Bytes from the page's start; −1 if no page has room.</returns>
    public int Take(int device, int bytes, out int page)
    {
        var count = CountOf(bytes);
        for (var number = heads[device]; number != 0; number = slots[number].Next)
        {
            var slot = slots + number;
            if (slot->Free < count || Room(slot, count) is not (>= 0 and var at))
                continue;
            for (var granule = at; granule < at + count; granule++)
                slot->Taken[granule / 64] |= 1UL << (granule % 64);
            slot->Begins[at / 64] |= 1UL << (at % 64);
            slot->Free -= count;
            slot->Hint = at + count;
            page = slot->Page;
            return at * Granule;
        }
        page = -1;
        return -1;
    }

    /// <summary>Gives a device an empty page.</summary>
    /// <returns>The page's number; 0 if there are too many.</returns>
    public int Add(int device, int page)
    {
        var number = unused;
        if (number != 0)
            unused = slots[number].Next;
        else if (used < MostPages)
            number = used++;
        else
            return 0;
        slots[number] = default;
        slots[number].Page = page;
        slots[number].Free = Granules;
        slots[number].Next = heads[device];
        heads[device] = number;
        return number;
    }

    /// <summary>Frees the allocation that begins at an offset.</summary>
    /// <param name="number">The page's number.</param>
    /// <param name="offset">Bytes from the page's start.</param>
    /// <returns>Its bytes, rounded; 0 if none begins there.</returns>
    public int Free(int number, int offset)
    {
        var slot = slots + number;
        var begin = offset / Granule;
        if (offset % Granule != 0 || !Has(slot->Begins, begin))
            return 0;
        slot->Begins[begin / 64] &= ~(1UL << (begin % 64));
        var end = begin;
        do
        {
            slot->Taken[end / 64] &= ~(1UL << (end % 64));
            end++;
        }
        while (end < Granules && Has(slot->Taken, end) && !Has(slot->Begins, end));
        slot->Free += end - begin;
        slot->Hint = Math.Min(slot->Hint, begin);
        return (end - begin) * Granule;
    }

    /// <summary>The allocation that an offset lies in, in bytes from the page's start; begin is −1 where there is none.</summary>
    public (int Begin, int Bytes) Around(int number, int offset)
    {
        var slot = slots + number;
        var begin = offset / Granule;
        if (!Has(slot->Taken, begin))
            return (-1, 0);
        while (!Has(slot->Begins, begin))
            begin--;
        var end = begin + 1;
        while (end < Granules && Has(slot->Taken, end) && !Has(slot->Begins, end))
            end++;
        return (begin * Granule, (end - begin) * Granule);
    }

    public bool IsEmpty(int number) => slots[number].Free == Granules;

    /// <summary>Takes an empty page away from its device.</summary>
    public void Remove(int device, int number)
    {
        if (heads[device] == number)
        {
            heads[device] = slots[number].Next;
        }
        else
        {
            var before = heads[device];
            while (slots[before].Next != number)
                before = slots[before].Next;
            slots[before].Next = slots[number].Next;
        }
        slots[number].Next = unused;
        unused = number;
    }

    public void Dispose() => NativePages.Free((byte*)slots, (long)MostPages * sizeof(Slot));

    private static int CountOf(int bytes) => (Math.Max(bytes, 1) + Granule - 1) / Granule;

    /// <summary>The first run of free granules after the last one that was found, else from the start; −1 if there is none.</summary>
    private static int Room(Slot* slot, int count)
    {
        var at = Room(slot, slot->Hint, count);
        return at >= 0 || slot->Hint == 0 ? at : Room(slot, 0, count);
    }

    private static int Room(Slot* slot, int from, int count)
    {
        var free = 0;
        for (var granule = from; granule < Granules; granule++)
        {
            if (granule % 64 == 0 && slot->Taken[granule / 64] == ulong.MaxValue)
            {
                free = 0;
                granule += 63;
                continue;
            }
            free = Has(slot->Taken, granule) ? 0 : free + 1;
            if (free == count)
                return granule - count + 1;
        }
        return -1;
    }

    private static bool Has(ulong* words, int bit) => (words[bit / 64] >> (bit % 64) & 1) != 0;

    private struct Slot
    {
        public int Page;
        public int Free;
        public int Hint;
        public int Next;
        public fixed ulong Taken[Words];
        public fixed ulong Begins[Words];
    }
}
