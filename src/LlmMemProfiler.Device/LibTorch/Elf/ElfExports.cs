using System.Buffers.Binary;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>
/// Looks up a library's exports as the dynamic loader does, in the GNU hash table: a header of four words, a Bloom filter of
/// 64-bit words, buckets, and chains whose last hash is odd.
/// </summary>
internal readonly ref struct ElfExports
{
    private readonly ReadOnlySpan<byte> symbols;
    private readonly ReadOnlySpan<byte> strings;
    private readonly ReadOnlySpan<byte> buckets;
    private readonly ReadOnlySpan<byte> chains;
    private readonly ReadOnlySpan<byte> filter;
    private readonly uint bucketCount;
    private readonly uint firstSymbol;
    private readonly int filterShift;

    public ElfExports(ElfLibrary library)
    {
        var table = library.Table(ElfTag.GnuHash);
        if (table.IsEmpty)
            throw new InvalidDataException("the library has no GNU hash table");
        symbols = library.Table(ElfTag.Symbols);
        strings = library.Table(ElfTag.Strings, ElfTag.StringsSize);
        (bucketCount, firstSymbol, filterShift) = (Word(table, 0), Word(table, 1), (int)Word(table, 3));
        var filterSize = checked((int)Word(table, 2) * 8);
        filter = table.Slice(16, filterSize);
        buckets = table[(16 + filterSize)..];
        chains = buckets[checked((int)bucketCount * 4)..];
    }

    public bool Contains(ReadOnlySpan<byte> name)
    {
        var hash = Hash(name);
        if (bucketCount == 0 || !MayContain(hash))
            return false;
        var index = Word(buckets, hash % bucketCount);
        if (index < firstSymbol)
            return false;
        while (true)
        {
            var other = Word(chains, index - firstSymbol);
            if ((other | 1) == (hash | 1) && Is(index, name))
                return true;
            if ((other & 1) != 0)
                return false;
            index++;
        }
    }

    private bool Is(uint index, ReadOnlySpan<byte> name)
    {
        var symbol = ElfSymbol.At(symbols, index);
        return symbol is { IsDefined: true, IsLocal: false } && ElfLibrary.NameAt(strings, symbol.Name).SequenceEqual(name);
    }

    private bool MayContain(uint hash)
    {
        var word = BinaryPrimitives.ReadUInt64LittleEndian(filter[(int)(hash / 64 % (uint)(filter.Length / 8) * 8)..]);
        return ((word >> (int)(hash % 64)) & (word >> (int)((hash >> filterShift) % 64)) & 1) != 0;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = 5381u;
        foreach (var letter in name)
            hash = unchecked((hash * 33) + letter);
        return hash;
    }

    private static uint Word(ReadOnlySpan<byte> words, uint index) => BinaryPrimitives.ReadUInt32LittleEndian(words[checked((int)index * 4)..]);
}
