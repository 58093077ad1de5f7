using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>A symbol imported by a library.</summary>
/// <param name="Name">Mangled.</param>
/// <param name="AtLoad">True if loading fails without it; otherwise only its first call does.</param>
internal sealed record ElfImport(string Name, bool AtLoad);

/// <summary>Reads a library's imports from its relocations (elf.h, Elf64_Rela).</summary>
internal static class ElfImports
{
    private const int RelocationSize = 24;

    /// <summary>Each symbol once; those needed at load time come first.</summary>
    public static IReadOnlyList<ElfImport> Of(ElfLibrary library)
    {
        var imports = new Dictionary<string, ElfImport>(StringComparer.Ordinal);
        Add(library.Table(ElfTag.Relocations, ElfTag.RelocationsSize), atLoad: true);
        // Functions called through the procedure linkage table are resolved at their first call.
        Add(library.Table(ElfTag.JumpRelocations, ElfTag.JumpRelocationsSize), atLoad: false);
        return [.. imports.Values];

        void Add(ReadOnlySpan<byte> relocations, bool atLoad)
        {
            var symbols = library.Table(ElfTag.Symbols);
            var strings = library.Table(ElfTag.Strings, ElfTag.StringsSize);
            for (; relocations.Length >= RelocationSize; relocations = relocations[RelocationSize..])
            {
                var index = (uint)(BinaryPrimitives.ReadUInt64LittleEndian(relocations[8..]) >> 32);
                if (index == 0)
                    continue;
                var symbol = ElfSymbol.At(symbols, index);
                if (symbol.IsDefined || symbol.IsWeak)
                    continue;
                var name = Encoding.ASCII.GetString(ElfLibrary.NameAt(strings, symbol.Name));
                imports.TryAdd(name, new(name, atLoad));
            }
        }
    }
}
