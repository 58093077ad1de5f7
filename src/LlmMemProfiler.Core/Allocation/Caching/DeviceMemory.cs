namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Device memory reserved from the driver, and its limits. Addresses rise from 0 and are never reused: the driver's
/// choice is not known [?], and it matters only between free blocks of equal size.
/// </summary>
internal sealed class DeviceMemory(AllocatorSettings settings)
{
    private readonly long capacity = settings.Capacity?.Bytes ?? long.MaxValue;
    private readonly long limit = settings.Limit?.Bytes ?? long.MaxValue;
    private long nextAddress;

    /// <summary>Bytes reserved.</summary>
    public long Reserved { get; private set; }

    /// <summary>True if the memory fraction leaves room for a segment.</summary>
    public bool Allows(long segment) => segment <= limit - Reserved;

    public bool TryReserve(long size)
    {
        if (size > capacity - Reserved)
            return false;
        Reserved += size;
        return true;
    }

    public void Release(long size) => Reserved -= size;

    /// <summary>New address range, aligned to <paramref name="alignment"/>; its start, or null when 63 bits are used up.</summary>
    public long? Addresses(long size, long alignment)
    {
        if (nextAddress > long.MaxValue - alignment || size > long.MaxValue - alignment - nextAddress)
            return null;
        var address = AllocatorSizes.RoundUp(nextAddress, alignment);
        nextAddress = address + size;
        return address;
    }
}
