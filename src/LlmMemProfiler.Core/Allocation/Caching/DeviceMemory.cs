namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Device memory reserved from the driver, its limits and its addresses.</summary>
internal sealed class DeviceMemory(AllocatorSettings settings)
{
    private readonly long capacity = settings.Capacity?.Bytes ?? long.MaxValue;
    private readonly long limit = settings.Limit?.Bytes ?? long.MaxValue;
    private readonly DriverAddresses addresses = new();
    private long low;

    /// <summary>Bytes reserved.</summary>
    public long Reserved { get; private set; }

    /// <summary>True if the memory fraction leaves room for a segment.</summary>
    public bool Allows(long segment) => segment <= limit - Reserved;

    /// <summary>The smallest capacity with which something that was refused would have been granted; the largest number if nothing was.</summary>
    public long LeastRefused { get; private set; } = long.MaxValue;

    public bool TryReserve(long size)
    {
        if (size > capacity - Reserved)
        {
            LeastRefused = Math.Min(LeastRefused, size > long.MaxValue - Reserved ? long.MaxValue : Reserved + size);
            return false;
        }
        Reserved += size;
        return true;
    }

    /// <summary>Gives a segment back, and its addresses, which rising ones never use again.</summary>
    public void Release(long address, long size)
    {
        Release(size);
        if (!settings.RisingAddresses)
            addresses.Return(address, size);
    }

    public void Release(long size) => Reserved -= size;

    /// <summary>Addresses for a segment; null when all are used up.</summary>
    public long? Addresses(long size) => settings.RisingAddresses ? Rising(size, 1) : addresses.Take(size);

    /// <summary>Addresses for an expandable segment, aligned to <paramref name="page"/>; null when all are used up.</summary>
    public long? Range(long size, long page) => settings.RisingAddresses ? Rising(size, page) : addresses.Reserve(size, page);

    private long? Rising(long size, long alignment)
    {
        var address = AllocatorSizes.RoundUp(low, alignment);
        if (size > DriverAddresses.Top - address)
            return null;
        low = address + size;
        return address;
    }
}
