using System.Runtime.CompilerServices;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Maps ids of live blocks to their numbers. Open addressing with linear probing: ids change constantly during a decode,
/// and this leaves neither tombstones nor garbage.
/// </summary>
internal sealed class LiveBlocks
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    private Slot[] slots = new Slot[64];
    private int shift = 64 - 6;
    private int count;

    /// <summary>The block with this id, or <see cref="BlockTable.None"/>.</summary>
    public int Find(ulong id)
    {
        for (var i = Home(id); slots[i].NumberPlusOne != 0; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i].Id == id)
                return slots[i].NumberPlusOne - 1;
        }
        return BlockTable.None;
    }

    /// <summary>Adds an id that is not live.</summary>
    public void Add(ulong id, int block)
    {
        if (2 * count >= slots.Length)
            Grow();
        Put(new() { Id = id, NumberPlusOne = block + 1 });
        count++;
    }

    /// <summary>Removes an id and returns its block, or <see cref="BlockTable.None"/> if it is not live.</summary>
    public int Remove(ulong id)
    {
        var mask = slots.Length - 1;
        var hole = Home(id);
        while (slots[hole].NumberPlusOne != 0 && slots[hole].Id != id)
            hole = (hole + 1) & mask;
        var block = slots[hole].NumberPlusOne - 1;
        if (block == BlockTable.None)
            return block;
        // Move each following entry into the hole unless its home is after the hole, so searches never hit a gap.
        for (var i = (hole + 1) & mask; slots[i].NumberPlusOne != 0; i = (i + 1) & mask)
        {
            if (((i - Home(slots[i].Id)) & mask) < ((i - hole) & mask))
                continue;
            slots[hole] = slots[i];
            hole = i;
        }
        slots[hole] = default;
        count--;
        return block;
    }

    private void Grow()
    {
        var old = slots;
        slots = new Slot[2 * old.Length];
        shift--;
        foreach (var slot in old)
        {
            if (slot.NumberPlusOne != 0)
                Put(slot);
        }
    }

    private void Put(Slot slot)
    {
        var i = Home(slot.Id);
        while (slots[i].NumberPlusOne != 0)
            i = (i + 1) & (slots.Length - 1);
        slots[i] = slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(ulong id) => (int)(unchecked(id * Golden) >> shift);

    private struct Slot
    {
        public ulong Id;
        public int NumberPlusOne;
    }
}
