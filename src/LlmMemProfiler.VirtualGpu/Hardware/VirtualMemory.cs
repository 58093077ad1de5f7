using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// The devices' memory: allocations, reserved addresses and what is mapped there. No call allocates managed memory or throws; a size, an
/// address or a handle that is wrong is an outcome.
/// </summary>
internal sealed unsafe class VirtualMemory : IDisposable
{
    /// <summary>More than any device has; a size above it is no size.</summary>
    public const ulong MostBytes = 1UL << 45;

    private readonly IReadOnlyList<VirtualDevice> devices;
    private readonly AddressSpace space;
    private readonly SmallBlocks small;
    private readonly PhysicalMemory physical = new();
    private readonly SpinGate gate = SpinGate.Create();

    public VirtualMemory(IReadOnlyList<VirtualDevice> devices)
    {
        this.devices = devices;
        // Whole chunks are taken for less, and what kernels leave free may stay so.
        space = new(devices.Count, fewest: devices.Sum(device => (2 * device.Total) + (2 * DriverAddresses.FreeBelow)));
        small = new(devices.Count);
        Transfers = new(devices, space, gate);
    }

    public Transfers Transfers { get; }

    /// <summary>Allocates memory; none for no bytes.</summary>
    public Outcome Allocate(int device, ulong bytes, out byte* at)
    {
        at = null;
        if (bytes == 0)
            return Outcome.Ok;
        if (bytes > MostBytes)
            return Outcome.OutOfMemory;
        gate.Enter();
        at = bytes < SmallBlocks.LargeBytes ? AllocateSmall(device, (int)bytes) : AllocateLarge(device, Page.CountOf((long)bytes));
        gate.Leave();
        return at is null ? Outcome.OutOfMemory : Outcome.Ok;
    }

    /// <summary>Frees what was allocated at this address.</summary>
    public Outcome Free(byte* at)
    {
        gate.Enter();
        var isFreed = space.Contains(at) && Free(at, space.PageOf(at));
        gate.Leave();
        return isFreed ? Outcome.Ok : Outcome.Invalid;
    }

    /// <summary>Reserves addresses, to map memory at.</summary>
    /// <param name="bytes">A multiple of a page.</param>
    /// <param name="at">The first address.</param>
    public Outcome Reserve(ulong bytes, out byte* at)
    {
        at = null;
        if (!IsWhole(bytes))
            return Outcome.Invalid;
        gate.Enter();
        var count = Page.CountOf((long)bytes);
        var page = space.Reserve(count);
        if (page >= 0)
        {
            for (var i = 0; i < count; i++)
                space[page + i] = new() { Use = PageUse.Reserved };
            space[page].Whole = count;
            at = space.AddressOf(page);
        }
        gate.Leave();
        return at is null ? Outcome.OutOfMemory : Outcome.Ok;
    }

    /// <summary>Gives reserved addresses back; nothing may be mapped there.</summary>
    public Outcome Unreserve(byte* at, ulong bytes)
    {
        gate.Enter();
        var page = space.PageAt(at);
        var isGiven = page >= 0 && IsWhole(bytes) && space[page].Use == PageUse.Reserved && space[page].Whole == Page.CountOf((long)bytes);
        for (var i = 0; isGiven && i < space[page].Whole; i++)
            isGiven = space[page + i].Number == 0;
        if (isGiven)
            Clear(page, space[page].Whole);
        gate.Leave();
        return isGiven ? Outcome.Ok : Outcome.Invalid;
    }

    /// <summary>Creates physical memory without addresses.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bytes">A multiple of a page.</param>
    /// <param name="handle">Its handle.</param>
    public Outcome Create(int device, ulong bytes, out ulong handle)
    {
        handle = 0;
        if (!IsWhole(bytes))
            return Outcome.Invalid;
        gate.Enter();
        var pages = Page.CountOf((long)bytes);
        if (devices[device].TryTake(pages) && (handle = physical.Add(device, pages)) == 0)
            devices[device].GiveBack(pages);
        gate.Leave();
        return handle == 0 ? Outcome.OutOfMemory : Outcome.Ok;
    }

    /// <summary>Lets physical memory go, as soon as it is not mapped any more.</summary>
    public Outcome Release(ulong handle)
    {
        gate.Enter();
        var number = physical.NumberOf(handle);
        if (number != 0)
        {
            var device = devices[physical.DeviceOf(number)];
            device.GiveBack(physical.Release(number));
        }
        gate.Leave();
        return number == 0 ? Outcome.Invalid : Outcome.Ok;
    }

    /// <summary>
    /// Maps physical memory at reserved addresses. Memory at two places at once is not supported: what is written at one would have to
    /// be read at the other.
    /// </summary>
    /// <param name="at">Reserved addresses.</param>
    /// <param name="bytes">A multiple of a page.</param>
    /// <param name="offset">Where in the memory it begins: a multiple of a page.</param>
    /// <param name="handle">The memory.</param>
    public Outcome Map(byte* at, ulong bytes, ulong offset, ulong handle)
    {
        gate.Enter();
        var outcome = Map(space.PageAt(at), physical.NumberOf(handle), bytes, offset);
        gate.Leave();
        return outcome;
    }

    /// <summary>Takes whole mappings away from a range of addresses.</summary>
    public Outcome Unmap(byte* at, ulong bytes)
    {
        gate.Enter();
        var page = space.PageAt(at);
        var isUnmapped = page >= 0 && IsWhole(bytes) && Unmap(page, Page.CountOf((long)bytes));
        gate.Leave();
        return isUnmapped ? Outcome.Ok : Outcome.Invalid;
    }

    /// <summary>True for any address of the devices' stretch, used or not: the program has no memory there.</summary>
    public bool Contains(void* at) => space.Contains((byte*)at);

    /// <summary>Whether all of a range has memory behind it.</summary>
    public Outcome Require(byte* at, ulong bytes)
    {
        gate.Enter();
        var isBacked = bytes <= MostBytes && space.IsBacked(at, (long)bytes);
        gate.Leave();
        return isBacked ? Outcome.Ok : Outcome.Invalid;
    }

    /// <summary>The device that an address belongs to; −1 for none.</summary>
    public int DeviceOf(byte* at)
    {
        gate.Enter();
        var device = space.IsBacked(at, 0) ? space[space.PageOf(at)].Device : -1;
        gate.Leave();
        return device;
    }

    /// <summary>The allocation or the mapping that an address lies in.</summary>
    /// <returns>False if it lies in none.</returns>
    public bool Around(byte* at, out byte* begin, out long bytes)
    {
        gate.Enter();
        begin = null;
        bytes = 0;
        if (space.IsBacked(at, 0))
        {
            var page = space.PageOf(at);
            if (space[page].Use == PageUse.Small)
            {
                var (offset, length) = small.Around(space[page].Number, (int)(at - space.AddressOf(page)));
                begin = offset < 0 ? null : space.AddressOf(page) + offset;
                bytes = length;
            }
            else
            {
                while (PagesFrom(page) == 0)
                    page--;
                begin = space.AddressOf(page);
                bytes = (long)PagesFrom(page) * Page.Bytes;
            }
        }
        gate.Leave();
        return begin is not null;
    }

    public void Dispose()
    {
        space.Dispose();
        small.Dispose();
        physical.Dispose();
        gate.Free();
    }

    private static bool IsWhole(ulong bytes) => bytes is > 0 and <= MostBytes && bytes % Page.Bytes == 0;

    private int PagesFrom(int page) => space[page].Use == PageUse.Large ? space[page].Whole : space[page].Mapped;

    private byte* AllocateLarge(int device, int count)
    {
        if (!devices[device].TryTake(count))
            return null;
        var page = space.Take(device, count);
        if (page < 0)
        {
            devices[device].GiveBack(count);
            return null;
        }
        for (var i = 0; i < count; i++)
            space[page + i] = new() { Use = PageUse.Large, Device = (byte)device };
        space[page].Whole = count;
        return space.AddressOf(page);
    }

    private byte* AllocateSmall(int device, int bytes)
    {
        var offset = small.Take(device, bytes, out var page);
        if (offset < 0)
        {
            var shared = AllocateLarge(device, 1);
            if (shared is null)
                return null;
            page = space.PageOf(shared);
            var number = small.Add(device, page);
            if (number == 0)
            {
                Return(page, 1);
                return null;
            }
            space[page] = new() { Use = PageUse.Small, Device = (byte)device, Number = number };
            offset = small.Take(device, bytes, out page);
        }
        return space.AddressOf(page) + offset;
    }

    private bool Free(byte* at, int page)
    {
        var entry = space[page];
        if (entry.Use == PageUse.Large && entry.Whole > 0 && at == space.AddressOf(page))
        {
            Return(page, entry.Whole);
            return true;
        }
        if (entry.Use != PageUse.Small)
            return false;
        var bytes = small.Free(entry.Number, (int)(at - space.AddressOf(page)));
        if (bytes == 0)
            return false;
        if (small.IsEmpty(entry.Number))
        {
            small.Remove(entry.Device, entry.Number);
            Return(page, 1);
        }
        else
        {
            Transfers.Forget(at, bytes);
        }
        return true;
    }

    private Outcome Map(int page, int number, ulong bytes, ulong offset)
    {
        if (page < 0 || number == 0 || !IsWhole(bytes) || offset % Page.Bytes != 0)
            return Outcome.Invalid;
        var (count, pages) = (Page.CountOf((long)bytes), (ulong)physical.PagesOf(number));
        if (offset / Page.Bytes > pages || (ulong)count > pages - (offset / Page.Bytes) || count > space.Count - page)
            return Outcome.Invalid;
        if (physical.IsMapped(number))
            return Outcome.NotSupported;
        for (var i = 0; i < count; i++)
        {
            // Nor where another reservation begins.
            if (space[page + i].Use != PageUse.Reserved || space[page + i].Number != 0 || (i > 0 && space[page + i].Whole > 0))
                return Outcome.Invalid;
        }
        for (var i = 0; i < count; i++)
        {
            space[page + i].Number = number;
            space[page + i].Device = (byte)physical.DeviceOf(number);
        }
        space[page].Mapped = count;
        physical.Map(number, count);
        return Outcome.Ok;
    }

    private bool Unmap(int page, int count)
    {
        if (count > space.Count - page || space[page].Use != PageUse.Reserved || space[page].Mapped == 0)
            return false;
        var end = page;
        while (end < page + count && space[end].Use == PageUse.Reserved && space[end].Mapped > 0)
            end += space[end].Mapped;
        if (end != page + count)
            return false;
        for (var next = page; next < end;)
        {
            var (pages, number) = (space[next].Mapped, space[next].Number);
            space.Drop(next, pages);
            space[next].Mapped = 0;
            for (var i = 0; i < pages; i++)
                space[next + i].Number = 0;
            devices[physical.DeviceOf(number)].GiveBack(physical.Unmap(number, pages));
            next += pages;
        }
        return true;
    }

    /// <summary>Gives the memory of pages back to their device, and the pages to the stretch.</summary>
    private void Return(int page, int count)
    {
        devices[space[page].Device].GiveBack(count);
        Clear(page, count);
    }

    private void Clear(int page, int count)
    {
        space.Drop(page, count);
        for (var i = 0; i < count; i++)
            space[page + i] = default;
    }
}
