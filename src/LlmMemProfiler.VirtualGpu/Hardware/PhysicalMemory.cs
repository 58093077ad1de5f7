namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Physical memory that was created without addresses. It is given back once its handle is released and nothing of it is mapped any
/// more, whichever comes last.
/// </summary>
internal sealed unsafe class PhysicalMemory : IDisposable
{
    private const int MostPieces = 1 << 20;
    private const int NumberBits = 24;
    private const uint NumberMask = (1u << NumberBits) - 1;

    private readonly Piece* pieces = (Piece*)NativePages.Table((long)MostPieces * sizeof(Piece));

    /// <summary>Number 0 is none.</summary>
    private int used = 1;
    private int unused;

    /// <summary>Adds a piece.</summary>
    /// <returns>Its handle; 0 if there are too many.</returns>
    public ulong Add(int device, int pages)
    {
        var number = unused;
        if (number != 0)
            unused = pieces[number].Next;
        else if (used < MostPieces)
            number = used++;
        else
            return 0;
        pieces[number] = new() { Generation = pieces[number].Generation + 1, Pages = pages, Device = (byte)device, IsHeld = true };
        return ((ulong)pieces[number].Generation << NumberBits) | (uint)number;
    }

    /// <summary>The number of a piece whose handle is held; 0 for any other handle.</summary>
    public int NumberOf(ulong handle)
    {
        var number = (int)(handle & NumberMask);
        return number > 0 && number < used && pieces[number].IsHeld && pieces[number].Generation == handle >> NumberBits ? number : 0;
    }

    public int DeviceOf(int number) => pieces[number].Device;

    public int PagesOf(int number) => pieces[number].Pages;

    /// <summary>True while a part of it is mapped.</summary>
    public bool IsMapped(int number) => pieces[number].Mapped > 0;

    public void Map(int number, int pages) => pieces[number].Mapped += pages;

    /// <summary>Counts pages that are not mapped any more.</summary>
    /// <returns>Pages to give back to the device.</returns>
    public int Unmap(int number, int pages)
    {
        pieces[number].Mapped -= pages;
        return GivenBack(number);
    }

    /// <summary>Lets the handle go.</summary>
    /// <inheritdoc cref="Unmap"/>
    public int Release(int number)
    {
        pieces[number].IsHeld = false;
        return GivenBack(number);
    }

    public void Dispose() => NativePages.Free((byte*)pieces, (long)MostPieces * sizeof(Piece));

    private int GivenBack(int number)
    {
        if (pieces[number].IsHeld || pieces[number].Mapped > 0)
            return 0;
        pieces[number].Next = unused;
        unused = number;
        return pieces[number].Pages;
    }

    private struct Piece
    {
        public uint Generation;
        public int Pages;
        public int Mapped;
        public int Next;
        public byte Device;
        public bool IsHeld;
    }
}
