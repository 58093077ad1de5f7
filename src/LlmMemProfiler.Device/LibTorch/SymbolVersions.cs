using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Edits the symbol versions that a 64-bit little-endian ELF library needs (section <c>.gnu.version_r</c>, System V gABI and
/// the GNU extension in LSB 5.0, 'Symbol Versioning').
/// </summary>
/// <remarks>
/// libLibTorchSharp.so 0.107.0 needs GLIBCXX_3.4.32 for one symbol that no relocation uses; Debian 12 and Ubuntu 22.04 end at
/// 3.4.30. Marked weak, a missing version is no error to the loader.
/// </remarks>
public static class SymbolVersions
{
    private const uint SectionVersionNeeds = 0x6FFF_FFFE;
    private const ushort FlagWeak = 0x2;

    /// <summary>Marks one needed version as weak, in place.</summary>
    /// <returns>How many entries were marked: 0 where the library does not need that version.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such ELF library.</exception>
    public static int MarkWeak(Span<byte> elf, string version)
    {
        try
        {
            return MarkWeakUnchecked(elf, version);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("an ELF table points outside of the file", e);
        }
    }

    private static int MarkWeakUnchecked(Span<byte> elf, string version)
    {
        if (!elf.StartsWith("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("no 64-bit little-endian ELF file");
        var sections = Sections(elf);
        var marked = 0;
        foreach (var section in sections)
        {
            if (section.Type == SectionVersionNeeds)
                marked += MarkWeakIn(elf, section.Offset, sections[section.Link].Offset, version);
        }
        return marked;
    }

    private static int MarkWeakIn(Span<byte> elf, int needs, int strings, string version)
    {
        var name = Encoding.ASCII.GetBytes(version + '\0');
        var marked = 0;
        for (var need = needs; ;)
        {
            var entry = need + (int)Word(elf, need + 8);
            for (var left = Half(elf, need + 2); left > 0; left--)
            {
                if (elf[(strings + (int)Word(elf, entry + 8))..].StartsWith(name))
                {
                    var flags = elf[(entry + 4)..];
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(Half(elf, entry + 4) | FlagWeak));
                    marked++;
                }
                entry += (int)Word(elf, entry + 12);
            }
            var next = (int)Word(elf, need + 12);
            if (next == 0)
                return marked;
            need += next;
        }
    }

    private static List<Section> Sections(ReadOnlySpan<byte> elf)
    {
        var table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]));
        var (size, count) = (Half(elf, 0x3A), Half(elf, 0x3C));
        var sections = new List<Section>();
        for (var i = 0; i < count; i++)
        {
            var at = table + (i * size);
            var offset = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[(at + 0x18)..]));
            sections.Add(new(Word(elf, at + 4), offset, (int)Word(elf, at + 0x28)));
        }
        return sections;
    }

    private static ushort Half(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint Word(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);

    private readonly record struct Section(uint Type, int Offset, int Link);
}
