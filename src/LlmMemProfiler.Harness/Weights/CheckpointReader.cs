using System.Buffers;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>
/// Reads elements of a checkpoint's tensors, from any thread. Files are read and not mapped: pages that the system keeps of them are
/// none of the process's memory, and are there for the next run of the same model.
/// </summary>
internal sealed class CheckpointReader : IDisposable
{
    private readonly Dictionary<string, SafeFileHandle> files = new(StringComparer.Ordinal);
    private readonly Dictionary<BlockScales, float[]> scales = [];

    public void Dispose()
    {
        foreach (var file in files.Values)
            file.Dispose();
    }

    /// <summary>Call before elements of it are read: opens its file, and reads its scales.</summary>
    public void Open(StoredWeight weight)
    {
        OpenFile(weight.Tensor);
        if (weight.Scales is { } blocks)
        {
            OpenFile(blocks.Tensor);
            var values = new float[blocks.Tensor.Shape.Aggregate(1L, (product, n) => checked(product * n))];
            Read(blocks.Tensor, 0, values);
            scales[blocks] = values;
        }
    }

    /// <summary>Call after all elements of it were read.</summary>
    public void Forget(StoredWeight weight)
    {
        if (weight.Scales is { } blocks)
            _ = scales.Remove(blocks);
    }

    /// <summary>Elements in a type, scaled; straight into their place where they are stored so.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="first">Index of the first element, as stored.</param>
    /// <param name="type">FP32, FP16 or BF16.</param>
    /// <param name="target">Their place.</param>
    public void Read(StoredWeight weight, long first, DataType type, Span<byte> target)
    {
        if (weight.Tensor.Type == ElementType.Of(type) && weight.Scales is null)
        {
            ReadBytes(weight.Tensor, first * type.Bytes(), target);
            return;
        }
        var values = ArrayPool<float>.Shared.Rent(target.Length / type.Bytes());
        try
        {
            var read = values.AsSpan(0, target.Length / type.Bytes());
            Read(weight, first, read);
            StoredElements.Encode(read, type, target);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>Elements as floats, scaled.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="first">Index of the first element, as stored.</param>
    /// <param name="values">As many as are read.</param>
    public void Read(StoredWeight weight, long first, Span<float> values)
    {
        Read(weight.Tensor, first, values);
        if (weight.Scales is { } blocks)
            Scale(weight.Tensor, blocks, first, values);
    }

    private void Read(FileTensor tensor, long first, Span<float> values)
    {
        var width = tensor.Type.BlockBits / 8;
        var bytes = ArrayPool<byte>.Shared.Rent(values.Length * width);
        try
        {
            var read = bytes.AsSpan(0, values.Length * width);
            ReadBytes(tensor, first * width, read);
            StoredElements.Decode(tensor.Type, read, values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Scale(FileTensor tensor, BlockScales blocks, long first, Span<float> values)
    {
        var table = scales[blocks];
        var (rows, columns) = (tensor.Shape.Count > 1 ? tensor.Shape[^2] : 1, tensor.Shape[^1]);
        var (down, across) = ((rows + blocks.Rows - 1) / blocks.Rows, (columns + blocks.Columns - 1) / blocks.Columns);
        for (var i = 0; i < values.Length; i++)
        {
            var (matrix, row, column) = ((first + i) / (rows * columns), (first + i) / columns % rows, (first + i) % columns);
            values[i] *= table[table.Length == 1 ? 0 : (((matrix * down) + (row / blocks.Rows)) * across) + (column / blocks.Columns)];
        }
    }

    private void ReadBytes(FileTensor tensor, long offset, Span<byte> bytes)
    {
        var place = tensor.Place!;
        try
        {
            for (int read; bytes.Length > 0; bytes = bytes[read..], offset += read)
            {
                read = RandomAccess.Read(files[place.Path], bytes, place.Offset + offset);
                if (read == 0)
                    throw new InputException($"{place.Path}: ends within '{ForeignText.Plain(tensor.Name)}'; must not change while it is read");
            }
        }
        catch (IOException e)
        {
            throw Unreadable(place.Path, e);
        }
    }

    private void OpenFile(FileTensor tensor)
    {
        var path = tensor.Place!.Path;
        try
        {
            if (!files.ContainsKey(path))
                files.Add(path, File.OpenHandle(path, options: FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static InputException Unreadable(string path, Exception e) =>
        new($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a readable safetensors file", e);
}
