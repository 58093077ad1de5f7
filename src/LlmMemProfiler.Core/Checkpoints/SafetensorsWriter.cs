using System.Buffers.Binary;
using System.Text.Json;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>
/// Writes a safetensors file sequentially, without holding any tensor in memory: the header length in 8 bytes,
/// the header, padded with spaces to a multiple of 8, then the tensors' bytes.
/// </summary>
/// <remarks>Hugging Face, safetensors, 'Format'. transformers requires the 'format' metadata.</remarks>
public sealed class SafetensorsWriter : IDisposable
{
    private readonly string path;
    private readonly OutputFile file;
    private readonly long length;
    private long written;

    /// <summary>Opens the file and writes its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">All tensors, in the order in which their bytes are written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public SafetensorsWriter(string path, IReadOnlyList<NamedTensor> tensors)
    {
        this.path = path;
        var header = Header(tensors);
        length = tensors.Aggregate((long)header.Length, (sum, t) => checked(sum + t.Size.Bytes));
        file = new(path);
        try
        {
            Add(header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next bytes of the tensors, little-endian, in rows.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > length - written)
            throw new InvalidOperationException($"{path}: {bytes.Length} bytes exceed the remaining size of its tensors");
        Add(bytes);
    }

    /// <summary>Call after the last byte: flushes the file to disk and renames it into place.</summary>
    public void Complete()
    {
        if (written != length)
            throw new InvalidOperationException($"{path}: {length - written} bytes of its tensors are missing");
        file.Complete();
    }

    /// <summary>Without <see cref="Complete"/>, leaves no file behind.</summary>
    public void Dispose() => file.Dispose();

    // Counted here: a pipe has no position.
    private void Add(ReadOnlySpan<byte> bytes)
    {
        file.Stream.Write(bytes);
        written += bytes.Length;
    }

    private static byte[] Header(IReadOnlyList<NamedTensor> tensors)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[sizeof(long)]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", Name(tensor.Type));
                Numbers(json, "shape", tensor.Shape);
                Numbers(json, "data_offsets", [offset, offset += tensor.Size.Bytes]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static string Name(DataType type) => type switch
    {
        DataType.Float32 => "F32",
        DataType.Float16 => "F16",
        DataType.BFloat16 => "BF16",
        DataType.Int8 => "I8",
        DataType.Int64 => "I64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    };
}
