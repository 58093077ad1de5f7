using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>
/// The symbols that a library takes from others, by its symbol table, and the versions that it asks for (LSB 5.0, 'Symbol Versioning').
/// The GNU hash table has none of them: they stand before the first one that it has.
/// </summary>
internal static class ElfNeeds
{
    private const int AnyVersion = 1;
    private const int HiddenBit = 0x8000;

    public static IReadOnlyList<VersionedImport> Of(ElfLibrary library)
    {
        var table = library.Table(ElfTag.GnuHash);
        if (table.IsEmpty)
            throw new InvalidDataException("the library has no GNU hash table");
        var symbols = library.Table(ElfTag.Symbols);
        var strings = library.Table(ElfTag.Strings, ElfTag.StringsSize);
        var versions = library.Table(ElfTag.Versions);
        var known = Versions(library, strings);
        var imports = new List<VersionedImport>();
        var first = BinaryPrimitives.ReadUInt32LittleEndian(table[4..]);
        for (var i = 1u; i < first; i++)
        {
            var symbol = ElfSymbol.At(symbols, i);
            if (symbol.IsDefined || symbol.IsLocal)
                continue;
            var version = versions.IsEmpty ? AnyVersion : BinaryPrimitives.ReadUInt16LittleEndian(versions[checked((int)i * 2)..]) & ~HiddenBit;
            var (name, from) = known.GetValueOrDefault(version);
            imports.Add(new(Name(strings, symbol.Name), name, from));
        }
        return imports;
    }

    /// <summary>Version and library by the number that the symbols have.</summary>
    private static Dictionary<int, (string? Version, string? Library)> Versions(ElfLibrary library, ReadOnlySpan<byte> strings)
    {
        var known = new Dictionary<int, (string?, string?)>();
        for (var need = library.Table(ElfTag.VersionNeeds); !need.IsEmpty; need = ElfVersions.Follow(need, 12))
        {
            var from = Name(strings, ElfVersions.Word(need, 4));
            for (var entry = ElfVersions.Follow(need, 8); !entry.IsEmpty; entry = ElfVersions.Follow(entry, 12))
                known[BinaryPrimitives.ReadUInt16LittleEndian(entry[6..])] = (Name(strings, ElfVersions.Word(entry, 8)), from);
        }
        return known;
    }

    private static string Name(ReadOnlySpan<byte> strings, ulong at) => Encoding.ASCII.GetString(ElfLibrary.NameAt(strings, at));
}
