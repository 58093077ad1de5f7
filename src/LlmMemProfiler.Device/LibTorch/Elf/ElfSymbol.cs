using System.Buffers.Binary;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>An entry of a dynamic symbol table (elf.h, Elf64_Sym).</summary>
/// <param name="Name">Where its name stands in the string table.</param>
/// <param name="Info">Binding in the upper four bits.</param>
/// <param name="Section">0 where it is not defined here.</param>
internal readonly record struct ElfSymbol(uint Name, byte Info, ushort Section)
{
    private const int Size = 24;
    private const int BindingLocal = 0;
    private const int BindingWeak = 2;

    public bool IsDefined => Section != 0;

    public bool IsLocal => Info >> 4 == BindingLocal;

    /// <summary>Its absence is no error to the loader.</summary>
    public bool IsWeak => Info >> 4 == BindingWeak;

    public static ElfSymbol At(ReadOnlySpan<byte> symbols, uint index)
    {
        var entry = symbols[checked((int)index * Size)..];
        return new(BinaryPrimitives.ReadUInt32LittleEndian(entry), entry[4], BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]));
    }
}
