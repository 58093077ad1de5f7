using System.Buffers.Binary;
using System.Text.Json;
using LlmMemProfiler.Core.Models.Storage;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>Reads the header of a safetensors file, and none of its data. The file is not trusted.</summary>
/// <remarks>Hugging Face, safetensors, 'Format': 8 bytes with the header's length, the header in JSON, then the tensors without gaps.</remarks>
public static class SafetensorsHeader
{
    /// <summary>The most that the format allows.</summary>
    private const long LongestHeader = 100_000_000;

    private const string Metadata = "__metadata__";

    /// <summary>The tensors of a file, by name.</summary>
    /// <exception cref="InputException">The file cannot be read, or its header is damaged, or says what cannot be.</exception>
    public static IReadOnlyList<FileTensor> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a readable safetensors file", e);
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: its header is no JSON; expected a safetensors file", e);
        }
        catch (Exception e) when (e is OverflowException or InvalidOperationException)
        {
            throw new InputException($"{path}: its header has a number or a text out of range; expected a safetensors file", e);
        }
    }

    private static List<FileTensor> Read(FileStream file, string path)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            throw new InputException($"{path}: has {file.Length} bytes; expected a safetensors file, which begins with 8 bytes for its header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > file.Length - prefix.Length)
            throw new InputException($"{path}: its header would have {length} bytes, and the file has {file.Length}; expected a whole safetensors file");
        var header = new byte[length];
        file.ReadExactly(header);
        using var json = JsonDocument.Parse(header, new() { MaxDepth = 8, AllowDuplicateProperties = false });
        var tensors = json.RootElement.EnumerateObject().Where(field => field.Name != Metadata).Select(field => Tensor(field, path)).ToList();
        var data = prefix.Length + (long)length;
        RequireContiguous(tensors, file.Length - data, path);
        return [.. tensors.Select(tensor => tensor.Tensor with { Place = new(path, data + tensor.From) }).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    private static (FileTensor Tensor, long From, long To) Tensor(JsonProperty field, string path)
    {
        var name = ForeignText.Plain(field.Name);
        if (field.Value.ValueKind != JsonValueKind.Object
            || !field.Value.TryGetProperty("dtype", out var dtype) || !field.Value.TryGetProperty("shape", out var shape)
            || !field.Value.TryGetProperty("data_offsets", out var offsets) || offsets.GetArrayLength() != 2)
        {
            throw new InputException($"{path}: tensor '{name}' has no dtype, shape and data_offsets; expected all three");
        }
        if (!ElementType.Safetensors.TryGetValue(dtype.GetString() ?? "", out var type))
            throw new InputException($"{path}: tensor '{name}' has the type {ForeignText.Plain(dtype.GetRawText())}; expected one of {string.Join(", ", ElementType.Safetensors.Keys)}");
        long[] dimensions = [.. shape.EnumerateArray().Select(n => n.GetInt64())];
        var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var bytes = dimensions.Any(n => n < 0) ? null : type.Bytes(dimensions.Aggregate(1L, (product, n) => checked(product * n)));
        return bytes == checked(to - from) && from >= 0
            ? (new(field.Name, dimensions, type, to - from), from, to)
            : throw new InputException($"{path}: tensor '{name}' lies from {from} to {to}, and its shape and type need {bytes?.ToString() ?? "no whole number of"} bytes; must be equal");
    }

    /// <summary>Tensors lie one after the other, to the end of the file: none in another's place, and no gaps.</summary>
    private static void RequireContiguous(List<(FileTensor Tensor, long From, long To)> tensors, long length, string path)
    {
        var end = 0L;
        foreach (var (tensor, from, to) in tensors.OrderBy(tensor => tensor.From).ThenBy(tensor => tensor.To))
        {
            if (from != end)
                throw new InputException($"{path}: tensor '{ForeignText.Plain(tensor.Name)}' begins at {from}, where the one before ends at {end}; must be equal");
            end = to;
        }
        if (end != length)
            throw new InputException($"{path}: its tensors end at {end}, and {length} bytes follow the header; expected a whole file");
    }
}
