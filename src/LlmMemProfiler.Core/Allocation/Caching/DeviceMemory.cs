namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Device memory reserved from the driver, and its limits. Addresses fall and are never reused.
/// </summary>
/// <remarks>
/// Peaks that others published of two cards come out with falling addresses, and fewer of them with rising ones: of an RTX A6000
/// 16 against 9 of 16, of an sm_120 laptop 116 against 114 of 120 reserved ones. Whether a driver gives a freed address again is not
/// known.
/// </remarks>
internal sealed class DeviceMemory(AllocatorSettings settings)
{
    /// <summary>More addresses than any device has.</summary>
    private const long Top = 1L << 62;

    private readonly long capacity = settings.Capacity?.Bytes ?? long.MaxValue;
    private readonly long limit = settings.Limit?.Bytes ?? long.MaxValue;
    private long low;
    private long high = Top;

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

    public void Release(long size) => Reserved -= size;

    /// <summary>New address range, aligned to <paramref name="alignment"/>; its start, or null when all are used up.</summary>
    public long? Addresses(long size, long alignment)
    {
        if (high - low < alignment || size > high - low - alignment + 1)
            return null;
        if (!settings.RisingAddresses)
            return high = AllocatorSizes.RoundDown(high - size, alignment);
        var address = AllocatorSizes.RoundUp(low, alignment);
        low = address + size;
        return address;
    }
}
