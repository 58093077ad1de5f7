namespace ManagedCuda.BasicTypes;

/// <summary>A part of the stand-in: a number of bytes that converts to others.</summary>
public readonly struct SizeT(ulong value)
{
    private readonly ulong value = value;

    public static implicit operator long(SizeT size) => (long)size.value;

    public static implicit operator ulong(SizeT size) => size.value;
}
