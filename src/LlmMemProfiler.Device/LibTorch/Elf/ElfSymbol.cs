using System.Buffers.Binary;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>An entry of a dynamic symbol table (elf.h, Elf64_Sym).</summary>
/// <param name="Name">Offset of its name in the string table.</param>
/// <param name="Info">Binding in the upper 4 bits.</param>
/// <param name="Section">0 if it is not defined here.</param>
internal readonly record struct ElfSymbol(uint Name, byte Info, ushort Section)
{
    private const int Size = 24;
    private const int BindingLocal = 0;
    private const int BindingWeak = 2;

    public bool IsDefined => Section != 0;

    public bool IsLocal => Info >> 4 == BindingLocal;

    /// <summary>The loader tolerates its absence.</summary>
    public bool IsWeak => Info >> 4 == BindingWeak;

    public static ElfSymbol At(ReadOnlySpan<byte> symbols, uint index)
    {
        var entry = symbols[checked((int)index * Size)..];
        return new(BinaryPrimitives.ReadUInt32LittleEndian(entry), entry[4], BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]));
    }
}
