using System.Buffers.Binary;
using System.Text;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>
/// A 64-bit little-endian ELF library as the dynamic loader sees it, by program headers and dynamic section (System V gABI,
/// chapter 5). None of its code is executed.
/// </summary>
internal sealed class ElfLibrary : IDisposable
{
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;

    private readonly MappedFile file;
    private readonly List<Segment> segments = [];
    private readonly List<(ElfTag Tag, ulong Value)> dynamic = [];
    private ulong dynamicOffset;

    private ElfLibrary(MappedFile file) => this.file = file;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not such a library.</exception>
    public static ElfLibrary Open(string path)
    {
        var library = new ElfLibrary(new(path));
        try
        {
            return Guarded(library, static l => l.ReadTables());
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Names of the libraries it depends on.</summary>
    public IReadOnlyList<string> Needed =>
        Guarded(this, static l => l.dynamic.Where(d => d.Tag == ElfTag.Needed).Select(d => l.Text(d.Value)).ToArray());

    /// <summary>Its search path for those; null if unspecified.</summary>
    public string? RunPath => Guarded(this, static l => (l.Value(ElfTag.RunPath) ?? l.Value(ElfTag.RPath)) is { } at ? l.Text(at) : null);

    /// <summary>Symbols imported from other libraries, by relocation.</summary>
    public IReadOnlyList<ElfImport> Imports() => Guarded(this, ElfImports.Of);

    /// <summary>Symbols taken from other libraries, by symbol table, with their versions.</summary>
    public IReadOnlyList<VersionedImport> VersionedImports() => Guarded(this, ElfNeeds.Of);

    /// <summary>Its bytes, with one required symbol version marked weak, which the loader ignores if missing.</summary>
    public byte[] WithWeak(string version) => Guarded(this, l => ElfVersions.MarkWeak(l, version));

    /// <summary>In its bytes, makes one dependency the same as another.</summary>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="needed">The dependency to replace; nothing happens without it.</param>
    /// <param name="to">The dependency to take instead.</param>
    public void Redirect(byte[] bytes, string needed, string to) => Guarded(this, l =>
    {
        var (at, other) = (l.IndexOfNeeded(needed), l.IndexOfNeeded(to));
        if (at >= 0 && other >= 0)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(checked((int)l.dynamicOffset + (16 * at) + 8)), l.dynamic[other].Value);
        return true;
    });

    /// <summary>Whether it exports this symbol.</summary>
    /// <param name="name">The mangled name, in ASCII.</param>
    public bool Exports(ReadOnlySpan<byte> name)
    {
        try
        {
            return new ElfExports(this).Contains(name);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>The whole file, up to 2 GiB.</summary>
    internal ReadOnlySpan<byte> Bytes => file.From(0, ulong.MaxValue);

    /// <summary>An entry of the dynamic section; null if missing.</summary>
    internal ulong? Value(ElfTag tag) => dynamic.Find(d => d.Tag == tag) is { Tag: not 0 } entry ? entry.Value : null;

    /// <summary>The bytes from a table's address to the end of its segment; empty if there is no such table.</summary>
    /// <param name="address">Tag of the table's address.</param>
    /// <param name="length">Tag of its length, if known.</param>
    internal ReadOnlySpan<byte> Table(ElfTag address, ElfTag length = default)
    {
        if (Value(address) is not { } at)
            return [];
        foreach (var s in segments)
        {
            if (at >= s.Address && at - s.Address < s.Size)
            {
                var rest = s.Size - (at - s.Address);
                return file.From(s.Offset + (at - s.Address), length == default ? rest : Math.Min(rest, Value(length) ?? 0));
            }
        }
        throw new InvalidDataException("an ELF table lies outside all segments");
    }

    /// <summary>The name of a symbol or library, without the terminating zero.</summary>
    internal static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> strings, ulong at)
    {
        var name = strings[(int)at..];
        return name[..name.IndexOf((byte)0)];
    }

    private int IndexOfNeeded(string name) => dynamic.FindIndex(d => d.Tag == ElfTag.Needed && Text(d.Value) == name);

    private string Text(ulong at) => Encoding.ASCII.GetString(NameAt(Table(ElfTag.Strings, ElfTag.StringsSize), at));

    private ElfLibrary ReadTables()
    {
        var header = file.From(0, 64);
        if (!header.StartsWith("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var (size, count) = (BinaryPrimitives.ReadUInt16LittleEndian(header[0x36..]), BinaryPrimitives.ReadUInt16LittleEndian(header[0x38..]));
        var headers = file.From(Long(header, 0x20), (ulong)size * count);
        Segment? tags = null;
        for (var i = 0; i < count; i++)
        {
            var at = headers[(i * size)..];
            var segment = new Segment(Long(at, 0x08), Long(at, 0x10), Long(at, 0x20));
            var type = BinaryPrimitives.ReadUInt32LittleEndian(at);
            if (type == SegmentLoad)
                segments.Add(segment);
            else if (type == SegmentDynamic)
                tags = segment;
        }
        // In the loader, touching the missing part of a truncated file is a bus error.
        if (segments.Exists(s => checked(s.Offset + s.Size) > (ulong)file.Length))
            throw Damaged();
        if (tags is not { } found)
            throw new InvalidDataException("an ELF file, but not a library");
        dynamicOffset = found.Offset;
        var entries = file.From(found.Offset, found.Size);
        for (var at = 0; at < entries.Length && Long(entries, at) != 0; at += 16)
            dynamic.Add(((ElfTag)Long(entries, at), Long(entries, at + 8)));
        return this;
    }

    private static ulong Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static T Guarded<T>(ElfLibrary library, Func<ElfLibrary, T> read)
    {
        try
        {
            return read(library);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    private static bool IsDamage(Exception e) =>
        e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or DivideByZeroException;

    private static InvalidDataException Damaged(Exception? e = null) => new("an ELF table points outside the file", e);

    private readonly record struct Segment(ulong Offset, ulong Address, ulong Size);
}
