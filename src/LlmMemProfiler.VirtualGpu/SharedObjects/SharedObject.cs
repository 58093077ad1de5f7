using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>
/// An ELF shared object for x86-64, written at run time: a name, versions, and functions that each jump through a table of addresses.
/// The table is filled after loading. All functions that are not built jump to one address, with their number as the argument.
/// </summary>
/// <remarks>
/// System V gABI, chapters 4 and 5, and LSB 5.0, 'Symbol Versioning'. There are no relocations and no sections: the dynamic loader
/// looks at neither. A program header for the stack must be there, or the loader makes every stack executable.
/// </remarks>
internal sealed class SharedObject
{
    /// <summary>The symbol of the table: one address a function, then <see cref="MissingAt"/> and those after it.</summary>
    public const string Table = "llmmem_table";

    /// <summary>The symbol of a function that does nothing and returns 0.</summary>
    public const string Quiet = "llmmem_quiet";

    /// <summary>The symbol of a function that passes a number of calls on, and fails from then on.</summary>
    public const string Fault = "llmmem_fault";

    /// <summary>After the functions' addresses: the one for those that are missing.</summary>
    public const int MissingAt = 0;

    /// <summary>How many more calls a fault passes on.</summary>
    public const int CallsLeftAt = 1;

    /// <summary>The address that it passes them on to.</summary>
    public const int PassedToAt = 2;

    /// <summary>The error that it then fails with.</summary>
    public const int ErrorAt = 3;

    /// <summary>The address that is told of the error, and returns it.</summary>
    public const int RaisedByAt = 4;

    private const int Extra = 5;

    private const int PageBytes = 4096;
    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const int Segments = 5;
    private const int SymbolBytes = 24;
    private const int DefinitionBytes = 28;
    private const int ThunkBytes = 16;
    private const int FaultBytes = 48;
    private const int DynamicEntries = 16;

    private readonly ObjectPlan plan;
    private readonly string[] versions;
    private readonly StringTable strings = new();
    private readonly string[] symbols;
    private readonly byte[] image;
    private readonly int symbolsAt, hashAt, versionsAt, definitionsAt, stringsAt, readOnlyEnd, codeAt, dynamicAt, tableAt;

    private SharedObject(ObjectPlan plan)
    {
        this.plan = plan;
        versions = [.. plan.Functions.Select(f => f.Version).OfType<string>().Distinct(StringComparer.Ordinal)];
        symbols = [.. plan.Functions.Select(f => f.Name), Table, Quiet, Fault];
        foreach (var text in symbols.Concat(versions).Append(plan.Name))
            strings.Add(text);
        symbolsAt = HeaderBytes + (Segments * SegmentBytes);
        hashAt = symbolsAt + ((symbols.Length + 1) * SymbolBytes);
        versionsAt = hashAt + (4 * (2 + Buckets + symbols.Length + 1));
        definitionsAt = Up(versionsAt + (2 * (symbols.Length + 1)), 8);
        stringsAt = definitionsAt + ((versions.Length + 1) * DefinitionBytes);
        readOnlyEnd = stringsAt + strings.Length;
        codeAt = Up(readOnlyEnd, PageBytes);
        dynamicAt = Up(codeAt + CodeBytes, PageBytes);
        tableAt = dynamicAt + (DynamicEntries * 16);
        image = new byte[tableAt + TableBytes];
    }

    private int Buckets => Math.Max(1, symbols.Length / 2);

    private int CodeBytes => ((plan.Functions.Count + 1) * ThunkBytes) + FaultBytes;

    private int TableBytes => 8 * (plan.Functions.Count + Extra);

    /// <summary>Its bytes.</summary>
    /// <param name="plan">Name and functions.</param>
    /// <param name="numberOf">The number of a function that is missing, which its thunk passes on; null for one that is built.</param>
    public static byte[] Write(ObjectPlan plan, Func<string, int?> numberOf)
    {
        var file = new SharedObject(plan);
        file.WriteHeaders();
        file.WriteSymbols();
        file.WriteHash();
        file.WriteVersions();
        file.strings.CopyTo(file.image.AsSpan(file.stringsAt));
        file.WriteCode(numberOf);
        file.WriteDynamic();
        return file.image;
    }

    private void WriteHeaders()
    {
        const int SharedObjectType = 3, X86 = 62;
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        Half(16, SharedObjectType);
        Half(18, X86);
        Word(20, 1);
        Long(32, HeaderBytes);
        Half(52, HeaderBytes);
        Half(54, SegmentBytes);
        Half(56, Segments);
        const uint Load = 1, Dynamic = 2, Stack = 0x6474_E551, Read = 4, Execute = 1, Write = 2;
        Segment(0, Load, Read, 0, readOnlyEnd, PageBytes);
        Segment(1, Load, Read | Execute, codeAt, CodeBytes, PageBytes);
        Segment(2, Load, Read | Write, dynamicAt, image.Length - dynamicAt, PageBytes);
        Segment(3, Dynamic, Read | Write, dynamicAt, DynamicEntries * 16, 8);
        Segment(4, Stack, Read | Write, 0, 0, 16);
    }

    private void Segment(int index, uint type, uint access, int at, int length, int alignment)
    {
        var header = HeaderBytes + (index * SegmentBytes);
        Word(header, type);
        Word(header + 4, access);
        Long(header + 8, at);
        Long(header + 16, at);
        Long(header + 24, at);
        Long(header + 32, length);
        Long(header + 40, length);
        Long(header + 48, alignment);
    }

    private void WriteSymbols()
    {
        const byte GlobalFunction = 0x12, GlobalData = 0x11;
        var functions = plan.Functions.Count;
        for (var i = 0; i < functions; i++)
            Symbol(i, GlobalFunction, codeAt + (i * ThunkBytes), ThunkBytes);
        Symbol(functions, GlobalData, tableAt, TableBytes);
        Symbol(functions + 1, GlobalFunction, codeAt + (functions * ThunkBytes), ThunkBytes);
        Symbol(functions + 2, GlobalFunction, codeAt + ((functions + 1) * ThunkBytes), FaultBytes);
    }

    private void Symbol(int index, byte info, int at, int length)
    {
        var entry = symbolsAt + ((index + 1) * SymbolBytes);
        Word(entry, strings.At(symbols[index]));
        image[entry + 4] = info;
        // Any section: not 'undefined'.
        Half(entry + 6, 1);
        Long(entry + 8, at);
        Long(entry + 16, length);
    }

    private void WriteHash()
    {
        var (buckets, chains) = (hashAt + 8, hashAt + 8 + (4 * Buckets));
        Word(hashAt, (uint)Buckets);
        Word(hashAt + 4, (uint)symbols.Length + 1);
        for (var i = 0; i < symbols.Length; i++)
        {
            var bucket = buckets + (4 * (int)(Hash(symbols[i]) % (uint)Buckets));
            Word(chains + (4 * (i + 1)), BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(bucket)));
            Word(bucket, (uint)i + 1);
        }
    }

    /// <summary>The object's own name is its first version; functions without one have that.</summary>
    private void WriteVersions()
    {
        for (var i = 0; i < symbols.Length; i++)
        {
            var version = i < plan.Functions.Count ? plan.Functions[i].Version : null;
            Half(versionsAt + (2 * (i + 1)), version is null ? 1 : Array.IndexOf(versions, version) + 2);
        }
        Definition(0, plan.Name, isBase: true);
        for (var i = 0; i < versions.Length; i++)
            Definition(i + 1, versions[i], isBase: false);
    }

    /// <summary>Elf64_Verdef and its only Elf64_Verdaux.</summary>
    private void Definition(int index, string name, bool isBase)
    {
        var entry = definitionsAt + (index * DefinitionBytes);
        Half(entry, 1);
        Half(entry + 2, isBase ? 1 : 0);
        Half(entry + 4, index + 1);
        Half(entry + 6, 1);
        Word(entry + 8, Hash(name));
        Word(entry + 12, 20);
        Word(entry + 16, index == versions.Length ? 0u : DefinitionBytes);
        Word(entry + 20, strings.At(name));
    }

    private void WriteCode(Func<string, int?> numberOf)
    {
        var functions = plan.Functions.Count;
        for (var i = 0; i < functions; i++)
        {
            var at = Begin(codeAt + (i * ThunkBytes));
            if (numberOf(plan.Functions[i].Name) is { } number)
            {
                // mov edi, number
                image[at] = 0xBF;
                Word(at + 1, (uint)number);
                _ = Jump(at + 5, functions + MissingAt);
            }
            else
            {
                _ = Jump(at, i);
            }
        }
        // xor eax, eax; ret
        _ = Put(Begin(codeAt + (functions * ThunkBytes)), [0x31, 0xC0, 0xC3]);
        WriteFault(Begin(codeAt + ((functions + 1) * ThunkBytes)), functions);
    }

    /// <summary>Touches no argument of the calls that it passes on.</summary>
    private void WriteFault(int at, int functions)
    {
        // lock dec qword [rip + distance]
        at = Reach(Put(at, [0xF0, 0x48, 0xFF, 0x0D]), functions + CallsLeftAt);
        // js past the jump
        at = Put(at, [0x78, 0x06]);
        at = Jump(at, functions + PassedToAt);
        // mov rdi, [rip + distance]
        at = Reach(Put(at, [0x48, 0x8B, 0x3D]), functions + ErrorAt);
        _ = Jump(at, functions + RaisedByAt);
    }

    /// <summary>endbr64</summary>
    private int Begin(int at) => Put(at, [0xF3, 0x0F, 0x1E, 0xFA]);

    /// <summary>jmp [rip + distance]</summary>
    private int Jump(int at, int entry) => Reach(Put(at, [0xFF, 0x25]), entry);

    /// <summary>The distance from the end of an instruction, which is the end of the distance, to an entry of the table.</summary>
    private int Reach(int at, int entry)
    {
        Word(at, unchecked((uint)(tableAt + (8 * entry) - (at + 4))));
        return at + 4;
    }

    private int Put(int at, ReadOnlySpan<byte> code)
    {
        code.CopyTo(image.AsSpan(at));
        return at + code.Length;
    }

    private void WriteDynamic()
    {
        (long Tag, long Value)[] entries =
        [
            (14, strings.At(plan.Name)), (4, hashAt), (5, stringsAt), (6, symbolsAt), (10, strings.Length), (11, SymbolBytes),
            (0x6FFF_FFF0, versionsAt), (0x6FFF_FFFC, definitionsAt), (0x6FFF_FFFD, versions.Length + 1),
        ];
        for (var i = 0; i < entries.Length; i++)
        {
            Long(dynamicAt + (16 * i), entries[i].Tag);
            Long(dynamicAt + (16 * i) + 8, entries[i].Value);
        }
    }

    private void Half(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), (ushort)value);

    private void Word(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);

    private void Long(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at), value);

    private static int Up(int at, int alignment) => (at + alignment - 1) / alignment * alignment;

    /// <summary>gABI, chapter 5, 'Hash Table'.</summary>
    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var letter in Encoding.ASCII.GetBytes(name))
        {
            hash = unchecked((hash << 4) + letter);
            hash = (hash ^ (hash >> 24 & 0xF0)) & 0x0FFF_FFFF;
        }
        return hash;
    }
}
