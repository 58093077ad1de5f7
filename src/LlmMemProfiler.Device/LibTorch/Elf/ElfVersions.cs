using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>
/// Edits the symbol versions that a library needs (GNU extension in LSB 5.0, 'Symbol Versioning'): a chain with one entry per
/// source library (Elf64_Verneed), each heading a chain of that library's versions (Elf64_Vernaux).
/// </summary>
internal static class ElfVersions
{
    private const byte FlagWeak = 0x2;

    /// <summary>The library's bytes with one required version marked weak; unchanged if it does not require that version.</summary>
    public static byte[] MarkWeak(ElfLibrary library, string version)
    {
        var bytes = library.Bytes;
        var strings = library.Table(ElfTag.Strings, ElfTag.StringsSize);
        var name = Encoding.ASCII.GetBytes(version);
        var marked = bytes.ToArray();
        for (var need = library.Table(ElfTag.VersionNeeds); !need.IsEmpty; need = Follow(need, 12))
        {
            for (var entry = Follow(need, 8); !entry.IsEmpty; entry = Follow(entry, 12))
            {
                if (ElfLibrary.NameAt(strings, Word(entry, 8)).SequenceEqual(name) && bytes.Overlaps(entry, out var at))
                    marked[at + 4] |= FlagWeak;
            }
        }
        return marked;
    }

    /// <summary>The target of an entry's offset field; empty at the end of the chain.</summary>
    public static ReadOnlySpan<byte> Follow(ReadOnlySpan<byte> entry, int field) =>
        Word(entry, field) is > 0 and var distance ? entry[checked((int)distance)..] : [];

    public static uint Word(ReadOnlySpan<byte> entry, int field) => BinaryPrimitives.ReadUInt32LittleEndian(entry[field..]);
}
