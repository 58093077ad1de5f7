using System.Text;
using LlmMemProfiler.Core.Models.Storage;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>Reads the header of a GGUF file, and none of its data. The file is not trusted.</summary>
/// <remarks>ggml-org/ggml, <c>docs/gguf.md</c>, versions 2 and 3.</remarks>
public sealed class GgufHeader
{
    private const uint Magic = 0x46554747;
    private const int LongestText = 1 << 16, MostDimensions = 4, DeepestArray = 4, LargestAlignment = 1 << 20;
    private const ulong MostTensors = 1_000_000, MostFields = 100_000;

    /// <summary>Sizes of the types of metadata of fixed size, by their number.</summary>
    private static readonly Dictionary<uint, int> Sizes = new()
    {
        [0] = 1,
        [1] = 1,
        [2] = 2,
        [3] = 2,
        [4] = 4,
        [5] = 4,
        [6] = 4,
        [7] = 1,
        [10] = 8,
        [11] = 8,
        [12] = 8,
    };

    private const uint Text = 8, List = 9;

    private const string Alignment = "general.alignment";
    private const uint AlignmentType = 4;

    private readonly string path;
    private readonly BinaryReader reader;
    private long alignment = 32;

    private GgufHeader(string path, BinaryReader reader) => (this.path, this.reader) = (path, reader);

    /// <summary>The tensors of a file, by name.</summary>
    /// <exception cref="InputException">The file cannot be read, or its header is damaged, or says what cannot be.</exception>
    public static IReadOnlyList<FileTensor> Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var reader = new BinaryReader(file, Encoding.UTF8);
            return [.. new GgufHeader(path, reader).Tensors().OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        }
        catch (EndOfStreamException e)
        {
            throw new InputException($"{path}: ends within its header; expected a whole GGUF file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a readable GGUF file", e);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{path}: its header has a number out of range; expected a GGUF file", e);
        }
    }

    private List<FileTensor> Tensors()
    {
        if (reader.ReadUInt32() != Magic)
            throw new InputException($"{path}: does not begin with GGUF; expected a GGUF file");
        if (reader.ReadUInt32() is not (2 or 3) and var version)
            throw new InputException($"{path}: has version {version}; expected a GGUF file of version 2 or 3");
        var (tensors, fields) = (Bounded(MostTensors, "tensors"), Bounded(MostFields, "fields"));
        for (var i = 0UL; i < fields; i++)
        {
            var (name, type) = (Name(), reader.ReadUInt32());
            if (name == Alignment && type == AlignmentType)
                alignment = reader.ReadUInt32();
            else
                Skip(type, 0);
        }
        if (alignment is < 1 or > LargestAlignment)
            throw new InputException($"{path}: {Alignment} is {alignment}; expected a number from 1 to {LargestAlignment}");
        var all = new List<(FileTensor Tensor, long Offset)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0UL; i < tensors; i++)
        {
            all.Add(Tensor());
            if (!names.Add(all[^1].Tensor.Name))
                throw new InputException($"{path}: tensor '{ForeignText.Plain(all[^1].Tensor.Name)}' stands twice; must stand once");
        }
        RequirePlaces(all);
        return [.. all.Select(tensor => tensor.Tensor)];
    }

    /// <summary>Tensors lie behind the header, within the file, and none in another's place.</summary>
    private void RequirePlaces(List<(FileTensor Tensor, long Offset)> tensors)
    {
        var room = reader.BaseStream.Length - ((reader.BaseStream.Position + alignment - 1) / alignment * alignment);
        var end = 0L;
        foreach (var (tensor, offset) in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (offset < end || offset % alignment != 0)
                throw new InputException($"{path}: tensor '{ForeignText.Plain(tensor.Name)}' begins at {offset}, and the one before ends at {end}; expected a multiple of {alignment} behind it");
            end = checked(offset + tensor.Bytes);
        }
        if (end > room)
            throw new InputException($"{path}: its tensors end at {end}, and {Math.Max(room, 0)} bytes follow the header; expected a whole file");
    }

    private (FileTensor, long) Tensor()
    {
        var name = Name();
        var dimensions = reader.ReadUInt32();
        if (dimensions > MostDimensions)
            throw new InputException($"{path}: tensor '{ForeignText.Plain(name)}' has {dimensions} dimensions; expected at most {MostDimensions}");
        // The file has the innermost dimension first.
        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--)
            shape[i] = checked((long)reader.ReadUInt64());
        var number = reader.ReadUInt32();
        if (!ElementType.Gguf.TryGetValue(number, out var type))
            throw new InputException($"{path}: tensor '{ForeignText.Plain(name)}' has the type {number}; expected one of llama.cpp's types, up to {ElementType.Gguf.Keys.Max()}");
        var offset = checked((long)reader.ReadUInt64());
        var bytes = type.Bytes(shape.Aggregate(1L, (product, n) => checked(product * n)))
            ?? throw new InputException($"{path}: tensor '{ForeignText.Plain(name)}' has a row that is no whole number of blocks; expected a multiple of {type.BlockElements} elements");
        return (new(name, shape, type, bytes), offset);
    }

    private ulong Bounded(ulong most, string what) => reader.ReadUInt64() is var count && count <= most
        ? count
        : throw new InputException($"{path}: would have {count} {what}; expected a GGUF file, with at most {most}");

    private string Name()
    {
        var length = reader.ReadUInt64();
        if (length > LongestText)
            throw new InputException($"{path}: a name would have {length} bytes; expected a GGUF file, with names of at most {LongestText}");
        var bytes = reader.ReadBytes((int)length);
        return bytes.Length == (int)length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }

    private void Skip(uint type, int depth)
    {
        switch (type)
        {
            case Text:
                SkipBytes(reader.ReadUInt64());
                break;
            case List when depth < DeepestArray:
                var (element, count) = (reader.ReadUInt32(), reader.ReadUInt64());
                if (Sizes.TryGetValue(element, out var size))
                {
                    SkipBytes(checked(count * (ulong)size));
                    break;
                }
                for (var i = 0UL; i < count; i++)
                    Skip(element, depth + 1);
                break;
            default:
                SkipBytes((ulong)(Sizes.TryGetValue(type, out var single)
                    ? single
                    : throw new InputException($"{path}: a field has the type {type}; expected a GGUF file, with types up to 12")));
                break;
        }
    }

    private void SkipBytes(ulong count)
    {
        if (count > (ulong)(reader.BaseStream.Length - reader.BaseStream.Position))
            throw new EndOfStreamException();
        reader.BaseStream.Seek((long)count, SeekOrigin.Current);
    }
}
