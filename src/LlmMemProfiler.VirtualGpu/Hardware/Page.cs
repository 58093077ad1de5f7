namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>What 2 MiB of addresses are used for.</summary>
internal enum PageUse : byte
{
    Free,

    /// <summary>Part of one large allocation.</summary>
    Large,

    /// <summary>Shared by small allocations.</summary>
    Small,

    /// <summary>Reserved addresses; physical memory may be mapped there.</summary>
    Reserved,

    /// <summary>The code of kernels, and whatever else a driver keeps.</summary>
    Kernels,
}

/// <summary>One entry of the page table.</summary>
internal struct Page
{
    public const int Bytes = 2 << 20;

    public PageUse Use;
    public byte Device;

    /// <summary>True once something was really written: only then does the page take memory of the host.</summary>
    public bool IsOpen;

    /// <summary>At the first page of an allocation or a reservation, its pages; 0 inside.</summary>
    public int Whole;

    /// <summary>At the first page of a mapping, its pages; 0 inside.</summary>
    public int Mapped;

    /// <summary>The small pages' slot, or the physical memory mapped here; 0 for none.</summary>
    public int Number;

    /// <summary>True if there is memory behind the addresses.</summary>
    public readonly bool IsBacked => Use is PageUse.Large or PageUse.Small || (Use == PageUse.Reserved && Number != 0);

    /// <summary>Pages that so many bytes take.</summary>
    public static int CountOf(long bytes) => checked((int)((bytes + Bytes - 1) / Bytes));
}
