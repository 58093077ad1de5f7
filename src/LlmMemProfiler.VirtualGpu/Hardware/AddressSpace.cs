using System.Runtime.CompilerServices;
using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// One reserved stretch of addresses for all devices, in pages of 2 MiB, given as a real driver was seen to (<see cref="DriverAddresses"/>):
/// the lowest free pages in a row of those that the device ever took from the stretch, which is from its end down, by 32 MiB at a time.
/// </summary>
/// <remarks>
/// Beside the stretch lies another one of an eighth of its size, with a bit for each byte that was written. Both take memory of the host
/// only where something was written.
/// </remarks>
internal sealed unsafe class AddressSpace : IDisposable
{
    private const long Most = 1L << 44;
    private const int BitsBytes = Page.Bytes / 8;
    private const int ChunkPages = (int)(DriverAddresses.Chunk / DriverAddresses.Page);
    private const int NoDevice = byte.MaxValue;
    private const int PagesBelow = (int)(DriverAddresses.FreeBelow / DriverAddresses.Page);
    private const int PagesBetween = (int)(DriverAddresses.Between / DriverAddresses.Page);
    private const int PagesAbove = (int)(DriverAddresses.FreeAbove / DriverAddresses.Page);

    private readonly long bytes;
    private readonly byte* reserved;
    private readonly byte* first;
    private readonly byte* bits;
    private readonly Page* pages;
    private readonly byte* owners;
    private readonly bool[] isBegun;
    private int lowest;

    /// <param name="devices">How many devices share it; each has pages of its own.</param>
    /// <param name="fewest">Bytes that there must be.</param>
    /// <exception cref="VirtualGpuException">The system has no room for it, as under 'ulimit -v'.</exception>
    public AddressSpace(int devices, long fewest)
    {
        isBegun = new bool[devices];
        for (bytes = Most; (reserved = NativePages.Reserve(ReservedBytes)) is null; bytes /= 2)
        {
            if (bytes / 2 < fewest)
                throw NativePages.NoRoom(ReservedBytes);
        }
        first = (byte*)(((nint)reserved + Page.Bytes - 1) & ~(nint)(Page.Bytes - 1));
        Count = (int)(bytes / Page.Bytes);
        pages = (Page*)NativePages.Table((long)Count * sizeof(Page));
        owners = (byte*)NativePages.Table(Count / ChunkPages);
        bits = first + bytes;
        lowest = Count;
    }

    /// <summary>With a page to begin at a multiple of one.</summary>
    private long ReservedBytes => bytes + (bytes / 8) + Page.Bytes;

    /// <summary>Pages in the stretch.</summary>
    public int Count { get; }

    public ref Page this[int page] => ref pages[page];

    public byte* AddressOf(int page) => first + ((long)page * Page.Bytes);

    /// <summary>True for any address of the stretch, used or not.</summary>
    public bool Contains(byte* at) => at >= first && at < first + bytes;

    /// <summary>The page of an address in the stretch.</summary>
    public int PageOf(byte* at) => (int)((at - first) / Page.Bytes);

    /// <summary>The page that begins at an address; −1 if none does.</summary>
    public int PageAt(byte* at) => Contains(at) && (at - first) % Page.Bytes == 0 ? PageOf(at) : -1;

    /// <summary>True if each page of a range has memory behind it; an empty range has to lie in one that has.</summary>
    public bool IsBacked(byte* at, long length)
    {
        if (!Contains(at) || length > bytes - (at - first))
            return false;
        var last = PageOf(at + Math.Max(length, 1) - 1);
        for (var page = PageOf(at); page <= last; page++)
        {
            if (!pages[page].IsBacked)
                return false;
        }
        return true;
    }

    /// <summary>Takes free pages in a row for an allocation on a device, the lowest ones of those that it has.</summary>
    /// <returns>The first one; −1 if there are not so many.</returns>
    public int Take(int device, int count)
    {
        if (!isBegun[device])
            return First(device, count);
        var page = Within(device, count);
        return page >= 0 ? page : Below(device, count);
    }

    /// <summary>Takes pages below all that were ever taken, to map memory at; those that were given back only where no others are left.</summary>
    /// <inheritdoc cref="Take"/>
    public int Reserve(int count) => Below(NoDevice, count) is >= 0 and var page ? page : Within(NoDevice, count);

    /// <summary>Takes whatever was written in these pages away.</summary>
    public void Drop(int page, int count)
    {
        for (var end = page + count; page < end; page++)
        {
            if (!pages[page].IsOpen)
                continue;
            pages[page].IsOpen = false;
            NativePages.Close(AddressOf(page), Page.Bytes);
            NativePages.Close(BitsOf(page), BitsBytes);
        }
    }

    /// <summary>Lets the pages of a range be written.</summary>
    /// <returns>False if the system has no memory for them.</returns>
    public bool Open(byte* at, long length)
    {
        for (int page = PageOf(at), last = PageOf(at + length - 1); page <= last; page++)
        {
            if (pages[page].IsOpen)
                continue;
            if (!NativePages.Open(AddressOf(page), Page.Bytes) || !NativePages.Open(BitsOf(page), BitsBytes))
                return false;
            pages[page].IsOpen = true;
        }
        return true;
    }

    /// <summary>The bits of an open page's bytes.</summary>
    public byte* BitsOf(int page) => bits + ((long)page * BitsBytes);

    public void Dispose()
    {
        NativePages.Free(reserved, ReservedBytes);
        NativePages.Free((byte*)pages, (long)Count * sizeof(Page));
        NativePages.Free(owners, Count / ChunkPages);
    }

    /// <summary>What a device's first kernels leave free lies around its first pages: some above, more below.</summary>
    private int First(int device, int count)
    {
        var all = PagesBelow + count + PagesBetween + PagesAbove;
        var end = lowest;
        if (Below(device, all) < 0)
            return -1;
        isBegun[device] = true;
        var page = end - PagesAbove - PagesBetween - count;
        for (var kernels = lowest; kernels < end - PagesAbove; kernels++)
        {
            if (kernels < page - PagesBelow || kernels >= page + count)
                pages[kernels].Use = PageUse.Kernels;
        }
        return page;
    }

    private int Below(int device, int count)
    {
        var chunks = (count + ChunkPages - 1) / ChunkPages;
        if (chunks > lowest / ChunkPages)
            return -1;
        lowest -= chunks * ChunkPages;
        for (var chunk = 0; chunk < chunks; chunk++)
            owners[(lowest / ChunkPages) + chunk] = (byte)device;
        return lowest;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Within(int device, int count)
    {
        var free = 0;
        for (var page = lowest; page < Count; page++)
        {
            if (owners[page / ChunkPages] != device)
            {
                free = 0;
                page += ChunkPages - 1 - (page % ChunkPages);
                continue;
            }
            free = pages[page].Use == PageUse.Free ? free + 1 : 0;
            if (free == count)
                return page - count + 1;
            // What is allocated whole is passed over whole.
            page += Math.Max(0, pages[page].Whole - 1);
        }
        return -1;
    }
}
